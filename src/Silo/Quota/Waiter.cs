using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>A request that waits for the next lease. Whoever takes it out of the line, under the quota's lock, decides its outcome.</summary>
internal sealed class Waiter(SiloQuota quota, QuotaAmounts amounts, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<ReserveOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public QuotaAmounts Amounts => amounts;

    public TimeSpan JoinedAt { get; } = quota.Now;

    /// <summary>Its place in the line, null once it left; the quota's lock owns it.</summary>
    public LinkedListNode<Waiter>? Place { get; set; }

    public void Complete(ReserveOutcome outcome) => _outcome.SetResult(outcome);

    public void Cancel() => _outcome.SetCanceled(cancellationToken);

    public async Task<ReserveOutcome> WaitAsync()
    {
        await using var registration = cancellationToken.UnsafeRegister(static waiter => ((Waiter)waiter!).Leave(), this);
        return await _outcome.Task with { Waited = quota.Now - JoinedAt };
    }

    private void Leave() => quota.Leave(this);
}
