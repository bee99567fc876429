namespace ThotNet.Silo.Quota;

/// <summary>A change of a quota under its lock. When it ends, asking begins if there is something to ask, outside the lock.</summary>
internal readonly ref struct Turn
{
    private readonly SiloQuota _quota;
    private readonly Lock _gate;

    public Turn(SiloQuota quota, Lock gate)
    {
        _quota = quota;
        _gate = gate;
        gate.Enter();
        Now = quota.Now;
    }

    public TimeSpan Now { get; }

    public void Dispose()
    {
        var mustStart = _quota.MustStart(Now);
        _gate.Exit();
        if (mustStart)
        {
            _quota.Start();
        }
    }
}
