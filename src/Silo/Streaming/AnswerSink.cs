using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Routing;

namespace ThotNet.Silo.Streaming;

/// <summary>Where the answer of one request goes: to its caller, or into a record that any number of callers read. Used by one attempt at a time.</summary>
internal abstract class AnswerSink : IAsyncDisposable
{
    /// <summary>What the current attempt has written and not sent yet.</summary>
    public ArrayPoolBufferWriter<byte> Pending { get; } = new(4096);

    /// <summary>Content has been sent: no other target may answer any more.</summary>
    public bool ContentSent { get; protected set; }

    /// <summary>Whether what is pending can be sent: a record takes only so much.</summary>
    public virtual bool HasRoom => true;

    /// <summary>Cancelled when nobody wants the answer any more.</summary>
    public abstract CancellationToken Left { get; }

    /// <summary>Id of the request, for those who look into why it went where it went.</summary>
    public abstract string RequestId { get; }

    /// <summary>The one caller that the answer goes to, or null for a record.</summary>
    public virtual HttpContext? Http => null;

    /// <summary>A provider is asked.</summary>
    public virtual void NoteAsked()
    {
    }

    /// <summary>Says who answers; without effect once something has been sent.</summary>
    /// <param name="target">The target.</param>
    /// <param name="attempts">1 for the request's first attempt.</param>
    public abstract void Describe(TargetDefinition target, int attempts);

    /// <summary>Sends the pending events.</summary>
    public abstract ValueTask SendPendingAsync(CancellationToken cancel);

    /// <summary>Sends the pending body of an answer that is not streamed.</summary>
    public abstract ValueTask SendAnswerAsync(CancellationToken cancel);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        Pending.Dispose();
        return ValueTask.CompletedTask;
    }
}
