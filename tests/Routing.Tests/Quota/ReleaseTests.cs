using CsCheck;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>When how much of a budget will be free, compared with what the authority says to those whom it refuses.</summary>
public sealed class ReleaseTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 7, TimeSpan.Zero);

    private static readonly BudgetDefinition[] Kinds =
    [
        new(BudgetMetric.Requests, 20, TimeSpan.FromMinutes(1), BudgetKind.Rolling),
        new(BudgetMetric.Tokens, 20, TimeSpan.FromMinutes(1), BudgetKind.Rolling),
        new(BudgetMetric.Requests, 20, TimeSpan.FromHours(1), BudgetKind.Calendar),
        new(BudgetMetric.Requests, 20, TimeSpan.FromSeconds(10), BudgetKind.Calendar),
        new(BudgetMetric.Requests, 20, TimeSpan.FromMinutes(1), BudgetKind.LeakyBucket),
        new(BudgetMetric.Tokens, 1000, TimeSpan.FromMinutes(1), BudgetKind.LeakyBucket),
        new(BudgetMetric.ConcurrentRequests, 20, TimeSpan.FromMinutes(1), BudgetKind.Rolling),
    ];

    private static readonly Gen<Charge> AnyCharge =
        Gen.Select(Gen.Int[-70_000, 30_000], Gen.Int[0, 20_000], Gen.Long[0, 6]).Select((from, length, amount) =>
            new Charge(Now.AddMilliseconds(from), Now.AddMilliseconds(from + length), amount));

    private static readonly Gen<LeaseRecord> AnyLease =
        Gen.Select(Gen.Int[0, 70_000], Gen.Long[1, 6], Gen.Double[0, 1], Gen.Int[0, 30_000], Gen.Bool).Select((age, amount, used, last, closed) => new LeaseRecord
        {
            GrantedAt = Now.AddMilliseconds(-age),
            HeardAt = Now.AddMilliseconds(-age / 2),
            Lifetime = LeaseRules.Lifetime,
            Amounts = new(amount, amount, Concurrent: amount),
            Used = new((long)(amount * used), (long)(amount * used), Concurrent: (long)(amount * used)),
            LastUse = TimeSpan.FromMilliseconds(last),
            Closed = closed,
        });

    [Fact]
    public void AddReleases_AnyCharges_AreTheMomentsOfFitsAt() =>
        Gen.Select(Gen.Int[0, Kinds.Length - 1], AnyCharge.Array[0, 12], AnyCharge.Array[0, 12]).MustHold(
            (kind, settling, charges) =>
            {
                var (budget, settled) = (Budget.Create(Kinds[kind]), new List<Bucket>());
                Array.ForEach(settling, charge => budget.Settle(settled, Past(charge), Now));
                var span = TimeSpan.FromSeconds(15);
                List<BudgetRelease> releases = [];
                budget.AddReleases(settled, charges, Now, span, releases);
                var free = budget.Definition.Amount - budget.Spent(settled, charges, Now, Now + span);
                for (var index = 0; index < releases.Count; index++)
                {
                    Assert.True(releases[index].After >= (index > 0 ? releases[index - 1].After : TimeSpan.Zero));
                    if (releases[index].Free > Math.Max(0, free))
                    {
                        Assert.Equal(Now + releases[index].After, budget.FitsAt(settled, charges, Now, span, releases[index].Free));
                        Assert.True(Now + releases[index].After >= budget.FitsAt(settled, charges, Now, span, Math.Max(1, free + 1)));
                    }

                    free = Math.Max(free, releases[index].Free);
                }

                Assert.Equal(budget.Definition.Amount, free);
            },
            iter: 3_000);

    [Fact]
    public void ReleasesOf_AnyLeases_PromiseNothingEarlierThanTheAuthorityWould() =>
        Gen.Select(Gen.Int[0, Kinds.Length - 1], AnyCharge.Array[0, 40], AnyLease.Array[0, 12]).MustHold(
            (kind, settling, leases) =>
            {
                var book = new BudgetBook(new QuotaState { Leases = [.. leases] });
                book.Redefine(new("q", [Kinds[kind]]), Now);
                var budget = book.Budgets[0];
                Array.ForEach(settling, charge => book.ChargeOthers(budget, charge.Amount, Past(charge).To));
                var releases = book.ReleasesOf(budget, Now);
                Assert.InRange(releases.Length, 0, 12);
                var before = new BudgetRelease(TimeSpan.FromTicks(-1), book.Remaining(budget, Now));
                foreach (var release in releases)
                {
                    Assert.True(release.Free > before.Free && release.After > before.After, $"{release} after {before}");
                    for (var needed = before.Free + 1; needed <= release.Free; needed++)
                    {
                        Assert.True(Now + release.After >= book.FitsAt(budget, needed, Now), $"{needed} at {release}");
                    }

                    before = release;
                }

                Assert.Equal(budget.Definition.Amount, before.Free);
            },
            iter: 1_000);

    [Fact]
    public void Snapshot_RequestsAtDifferentTimes_SaysWhenEachComesBack()
    {
        var fixture = new LedgerFixture(LedgerFixture.PerMinute(10));
        foreach (var requests in (long[])[3, 5, 2])
        {
            fixture.Use("a", requests, lastUse: 1);
            fixture.Pass(10);
        }

        // 29, 39 and 49 s after the requests arrived, a minute and the last millisecond are over.
        Assert.Equal(
            [(31.001, 3L), (41.001, 8L), (51.001, 10L)],
            fixture.Ledger.Snapshot(fixture.Now, withReleases: true).Budgets[0].Releases.Select(release => (release.After.TotalSeconds, release.Free)));
    }

    [Fact]
    public void Snapshot_LeaseOut_MayBeBackByTheNextPoll()
    {
        var fixture = new LedgerFixture(LedgerFixture.PerMinute(10));
        fixture.Use("a", 4, lastUse: 0);
        Assert.NotNull(fixture.Ask("b", 3).Answer.Lease);
        Assert.Equal(
            [(1.0, 6L), (60.001, 10L)],
            fixture.Ledger.Snapshot(fixture.Now, withReleases: true).Budgets[0].Releases.Select(release => (release.After.TotalSeconds, release.Free)));
    }

    [Fact]
    public void Snapshot_DaySpent_SaysMidnight()
    {
        var fixture = new LedgerFixture(LedgerFixture.PerDay(10));
        fixture.Use("a", 10, lastUse: 0);
        Assert.Equal(
            [(TimeSpan.FromHours(12) + Budget.ClockMargin, 10L)],
            fixture.Ledger.Snapshot(fixture.Now, withReleases: true).Budgets[0].Releases.Select(release => (release.After, release.Free)));
    }

    [Fact]
    public void Snapshot_NotAskedFor_SaysNothing()
    {
        var fixture = new LedgerFixture(LedgerFixture.PerDay(10));
        fixture.Use("a", 10, lastUse: 0);
        Assert.Empty(fixture.Snapshot().Releases);
    }

    [Fact]
    public void Snapshot_ManySteps_AllocatesOnlyAFewHundredBytesForThem()
    {
        var fixture = new LedgerFixture(LedgerFixture.PerMinute(1000));
        for (var use = 0; use < 50; use++)
        {
            fixture.Use("a", 10, lastUse: 0);
            fixture.Pass(1);
        }

        Assert.Equal(12, fixture.Ledger.Snapshot(fixture.Now, withReleases: true).Budgets[0].Releases.Length);
        var without = Allocations.Of(() => fixture.Ledger.Snapshot(fixture.Now));
        var with = Allocations.Of(() => fixture.Ledger.Snapshot(fixture.Now, withReleases: true));
        Assert.InRange(with - without, 12 * 16, 600);
    }

    // What is settled lies in the past.
    private static Charge Past(Charge charge) => charge.To <= Now ? charge : charge with { From = Now.AddSeconds(-30), To = Now.AddSeconds(-1) };
}
