using ThotNet.Routing.Waiting;

namespace ThotNet.Silo.Routing;

/// <summary>A request's place in the <see cref="WaitingRoom"/>, whose lock owns it except for <see cref="Call"/>.</summary>
internal sealed class WaitingPlace
{
    private volatile TaskCompletionSource<int?> _call = New();

    /// <summary>The next word to the request: which of its choices it may try, or null when it must go. It is cancelled when the caller leaves.</summary>
    public Task<int?> Call => _call.Task;

    /// <summary>Its place in the list; null before it has one.</summary>
    public WaitingTicket<WaitingPlace>? Ticket { get; set; }

    /// <summary>The quota at which it has its turn, or -1.</summary>
    public int Quota { get; set; } = -1;

    public void Tell(int? choice) => _call.TrySetResult(choice);

    public void Cancel() => _call.TrySetCanceled();

    /// <summary>It has used what it was told.</summary>
    public void Again() => _call = New();

    private static TaskCompletionSource<int?> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
