using System.Reflection;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;

namespace ThotNet.Silo.Tests.Quota;

/// <summary>An authority without a cluster: the real ledger, and switches for what can go wrong on the way to it.</summary>
internal sealed class FakeAuthority : IQuotaGrain
{
    private readonly Lock _gate = new();
    private readonly QuotaLedger _ledger;
    private readonly TimeProvider _time;
    private readonly List<LeaseRequest> _requests = [];

    public FakeAuthority(TimeProvider time, params BudgetDefinition[] budgets)
    {
        _time = time;
        _ledger = new(new QuotaDefinition("q", [.. budgets]), new QuotaState(), false, time.GetUtcNow());
    }

    /// <summary>While set, answers wait for it.</summary>
    public TaskCompletionSource? Hold { get; set; }

    /// <summary>While set, requests do not arrive.</summary>
    public bool IsDown { get; set; }

    /// <summary>While set, requests arrive but their answers are lost.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>While set, every question is refused as if all were spent for that long.</summary>
    public TimeSpan? RefusesFor { get; set; }

    /// <summary>Whether there are limits for this quota.</summary>
    public bool KnowsQuota { get; init; } = true;

    /// <summary>How many questions are being answered at this moment, at most.</summary>
    public int MostAtOnce { get; private set; }

    private int _atOnce;

    public IReadOnlyList<LeaseRequest> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>The ledger's answer, at once.</summary>
    public LeaseAnswer Decide(LeaseRequest request)
    {
        if (RefusesFor is { } wait)
        {
            return new(request.Sequence, null, LeaseRefusal.Exhausted, wait);
        }

        lock (_gate)
        {
            return KnowsQuota ? _ledger.Renew(request, [], _time.GetUtcNow()).Answer : new(request.Sequence, null, LeaseRefusal.Unknown, TimeSpan.Zero);
        }
    }

    public async Task<LeaseAnswer> Renew(LeaseRequest request)
    {
        LeaseAnswer answer;
        lock (_gate)
        {
            _requests.Add(request);
            if (IsDown)
            {
                throw new TimeoutException("The authority is down.");
            }

            MostAtOnce = Math.Max(MostAtOnce, ++_atOnce);
        }

        try
        {
            if (Hold is { } hold)
            {
                await hold.Task;
            }

            answer = Decide(request);
        }
        finally
        {
            lock (_gate)
            {
                _atOnce--;
            }
        }

        return LosesAnswers ? throw new TimeoutException("The answer was lost.") : answer;
    }

    public Task<QuotaSnapshot> GetSnapshot() => Task.FromResult(Snapshot());

    public QuotaSnapshot Snapshot()
    {
        lock (_gate)
        {
            return _ledger.Snapshot(_time.GetUtcNow());
        }
    }

    public IGrainFactory AsFactory()
    {
        var factory = DispatchProxy.Create<IGrainFactory, OneGrainFactory>();
        ((OneGrainFactory)(object)factory).Grain = this;
        return factory;
    }
}
