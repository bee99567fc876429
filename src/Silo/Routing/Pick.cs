using System.Buffers;
using System.Runtime.InteropServices;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Routing;

/// <summary>What is known while the target of one attempt is picked: the candidates in the order in which they are considered. Used by one request at a time.</summary>
internal sealed class Pick : IDisposable
{
    private readonly Candidate[] _candidates;
    private readonly int[] _order;

    public Pick(ModelRequest request, RoutePlan plan, Patience patience, TimeSpan waited, AdviceView advice)
    {
        (Request, Plan, Patience, Waited, Advice) = (request, plan, patience, waited, advice);
        var most = 0;
        foreach (var tier in plan.Tiers)
        {
            most += tier.Length;
        }

        _candidates = ArrayPool<Candidate>.Shared.Rent(most);
        _order = ArrayPool<int>.Shared.Rent(most);
    }

    public ModelRequest Request { get; }

    public RoutePlan Plan { get; }

    public Patience Patience { get; }

    public AdviceView Advice { get; }

    /// <summary>How long the request has waited.</summary>
    public TimeSpan Waited { get; set; }

    /// <summary>How long it may wait on.</summary>
    public TimeSpan Left => Patience.Longest > Waited ? Patience.Longest - Waited : TimeSpan.Zero;

    /// <summary>Nobody is healthy: those that are closed or broken are tried, too.</summary>
    public bool Anyway { get; private set; }

    /// <summary>A candidate is neither closed nor broken, whether or not it has headroom now.</summary>
    public bool SomeHealthy { get; set; }

    public int Count { get; private set; }

    public RequestPriority Priority => Patience.Priority;

    public string Key => Request.Caller;

    public ref Candidate this[int place] => ref _candidates[place];

    /// <summary>The targets from that place on, in the order of the candidates.</summary>
    public ReadOnlyMemory<int> Order(int start, int count) => _order.AsMemory(start, count);

    public void Add(Candidate candidate)
    {
        _order[Count] = candidate.Target;
        _candidates[Count++] = candidate;
    }

    /// <summary>Begins anew with all, also those that are closed or broken.</summary>
    public void TryAnyway()
    {
        Anyway = true;
        Count = 0;
    }

    public int PlaceOf(int target) => _order.AsSpan(0, Count).IndexOf(target);

    /// <summary>The target is left alone until then.</summary>
    public void Postpone(int place, CandidateOutcome outcome, bool isFault, TimeSpan wait, TimeSpan now)
    {
        ref var candidate = ref this[place];
        (candidate.Outcome, candidate.IsFault, candidate.Refusal) = (outcome, isFault, LeaseRefusal.None);
        (candidate.ReadyIn, candidate.AsOf, candidate.NotBefore) = (wait, now, now + wait);
    }

    /// <summary>The quota gave nothing.</summary>
    public void Refuse(int place, ReserveOutcome outcome, TimeSpan now)
    {
        Postpone(place, CandidateOutcome.NoHeadroom, isFault: false, outcome.RetryAfter, now);
        (this[place].Refusal, this[place].DayExhausted) = (outcome.Refusal, outcome.DayExhausted);
    }

    /// <summary>Where the request goes.</summary>
    public Selection Choose(int place, TargetDefinition target, Reservation reservation, DateTimeOffset at)
    {
        this[place].Outcome = CandidateOutcome.Chosen;
        this[place].ReadyIn = TimeSpan.Zero;
        return new(target, reservation, null) { Decision = Decide(at) };
    }

    /// <summary>Why it goes nowhere.</summary>
    public Selection Refuse(DateTimeOffset at)
    {
        var refusals = new Refusals();
        for (var place = 0; place < Count; place++)
        {
            ref var candidate = ref this[place];
            switch (candidate.Outcome)
            {
                case CandidateOutcome.NoHeadroom:
                    refusals.Add(candidate.Refusal, candidate.ReadyIn, candidate.DayExhausted);
                    break;
                case CandidateOutcome.OthersFirst or CandidateOutcome.TooDear:
                    refusals.Add(LeaseRefusal.Exhausted, candidate.ReadyIn, dayExhausted: false);
                    break;
                case CandidateOutcome.Resting or CandidateOutcome.Closed:
                    refusals.AddResting(candidate.ReadyIn, candidate.IsFault);
                    break;
            }
        }

        ApiError error = refusals.ToError(at);
        return new(null, null, error, refusals.IsEmpty) { Decision = Decide(at) };
    }

    public void Dispose()
    {
        ArrayPool<Candidate>.Shared.Return(_candidates);
        ArrayPool<int>.Shared.Return(_order);
    }

    private RouteDecision Decide(DateTimeOffset at)
    {
        var candidates = new RouteCandidate[Count];
        for (var place = 0; place < Count; place++)
        {
            ref var candidate = ref this[place];
            candidates[place] = new(candidate.Target, candidate.Price, candidate.Credit, candidate.Outcome, candidate.ReadyIn);
        }

        return new(at, Plan.RequestId, Request.Model, Plan.Attempts + 1, ImmutableCollectionsMarshal.AsImmutableArray(candidates), Waited, Advice.Table);
    }
}
