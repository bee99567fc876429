using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Tests.Quota;

/// <summary>
/// One quota of a silo with its authority, without threads: a question is asked and answered before the call that caused it, or the step of the clock,
/// returns.
/// </summary>
internal sealed class QuotaBench
{
    public static readonly QuotaAmounts One = new(1, 100);

    private readonly TimeSpan _origin;
    private readonly List<(TimeSpan At, LeaseRequest Request)> _asked = [];
    private long _lease;

    public QuotaBench(params BudgetDefinition[] budgets)
        : this(new QuotaDefinition("q", [.. budgets]))
    {
    }

    public QuotaBench(QuotaDefinition definition)
    {
        Definition = definition;
        Authority = new(Time, [.. definition.Budgets]);
        Answer = Authority.Decide;
        _origin = Time.GetElapsedTime(0);
        Quota = new(definition.Key, "silo", 0, () => Definition, Time, Ask);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));

    public FakeAuthority Authority { get; }

    public SiloQuota Quota { get; }

    public QuotaDefinition Definition { get; set; }

    /// <summary>What the authority says; it may throw, which is silence.</summary>
    public Func<LeaseRequest, LeaseAnswer> Answer { get; set; }

    /// <summary>All questions and when they were asked, from the start of the bench.</summary>
    public IReadOnlyList<(TimeSpan At, LeaseRequest Request)> Asked => _asked;

    public LeaseRequest Last => _asked[^1].Request;

    public static BudgetDefinition Minute(BudgetMetric metric, long amount) => new(metric, amount, TimeSpan.FromMinutes(1), BudgetKind.Rolling);

    public static QuotaBench WithRequests(long amount) => new(Minute(BudgetMetric.Requests, amount));

    /// <summary>When questions were asked, in seconds.</summary>
    public double[] Times() => [.. _asked.Select(asked => asked.At.TotalSeconds)];

    /// <summary>Answers that nothing is granted or refused.</summary>
    public static LeaseAnswer Nothing(LeaseRequest request) => new(request.Sequence, null, LeaseRefusal.None, TimeSpan.Zero);

    /// <summary>Grants all that is wanted and no less than that.</summary>
    public LeaseAnswer Grant(LeaseRequest request, QuotaAmounts amounts) => request.Wanted == QuotaAmounts.Zero
        ? Nothing(request)
        : new(request.Sequence, new(++_lease, amounts, LeaseRules.Lifetime), LeaseRefusal.None, TimeSpan.Zero);

    /// <summary>Moves time on in steps of 50 ms, so that each alarm rings at its time.</summary>
    public void Advance(double seconds)
    {
        for (var step = 0; step < Math.Round(seconds * 20); step++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(50));
        }
    }

    public Task<ReserveOutcome> ReserveAsync(QuotaAmounts? amounts = null) =>
        Quota.ReserveAsync(amounts ?? One, TestContext.Current.CancellationToken).AsTask();

    private void Ask(SiloQuota quota)
    {
        while (quota.NextQuestion() is { } question)
        {
            _asked.Add((Time.GetElapsedTime(0) - _origin, question.Request));
            LeaseAnswer answer;
            try
            {
                answer = Answer(question.Request);
            }
            catch (TimeoutException)
            {
                quota.NotAnswered();
                continue;
            }

            quota.Answered(question, answer);
        }
    }
}
