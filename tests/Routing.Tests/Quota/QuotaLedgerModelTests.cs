using CsCheck;
using ThotNet.Grains.Abstractions.Quota;
using static ThotNet.Routing.Tests.Quota.LedgerFixture;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>
/// Runs a <see cref="QuotaWorld"/> through random events. The world holds the assertions (<see cref="QuotaWorld.AssertNoOverspend"/> and
/// its neighbours); <see cref="Run"/> calls all of them at the end of each sample.
/// </summary>
public sealed class QuotaLedgerModelTests
{
    private static readonly Gen<(int Kind, int A, int B)[]> Steps =
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 100_000], Gen.Int[0, 2_000]).Array[50, 400];

    [Fact]
    public void Ledger_AnyOrderOfEventsRollingMinute_NeverOverspends() =>
        Steps.MustHold(steps => Run(steps, PerMinute(20), TokensPerMinute(700)), iter: 250);

    [Fact]
    public void Ledger_AnyOrderOfEventsCalendarHour_NeverOverspends() =>
        Steps.MustHold(
            steps => Run(steps, PerMinute(30), new(BudgetMetric.Requests, 40, TimeSpan.FromHours(1), BudgetKind.Calendar)),
            iter: 250);

    [Fact]
    public void Ledger_AnyOrderOfEventsShortWindows_NeverOverspends() =>
        Steps.MustHold(
            steps => Run(
                steps,
                new(BudgetMetric.Requests, 5, TimeSpan.FromSeconds(2), BudgetKind.Rolling),
                new(BudgetMetric.Tokens, 400, TimeSpan.FromSeconds(30), BudgetKind.Calendar)),
            iter: 250);

    [Fact]
    public void Ledger_AnyOrderOfEventsLeakyMinute_NeverOverflows() =>
        Steps.MustHold(
            steps => Run(steps, Leaky(BudgetMetric.Requests, 20, TimeSpan.FromMinutes(1)), Leaky(BudgetMetric.Tokens, 700, TimeSpan.FromMinutes(1))),
            iter: 250);

    [Fact]
    public void Ledger_AnyOrderOfEventsLeakySecondsAndHour_NeverOverflows() =>
        Steps.MustHold(
            steps => Run(
                steps,
                Leaky(BudgetMetric.Requests, 7, TimeSpan.FromSeconds(3)),
                Leaky(BudgetMetric.Requests, 40, TimeSpan.FromHours(1)),
                Leaky(BudgetMetric.Requests, 300, TimeSpan.FromHours(1)),
                Leaky(BudgetMetric.Tokens, 443, TimeSpan.FromSeconds(31))),
            iter: 250);

    [Fact]
    public void Ledger_AnyOrderOfEventsLeakyAmongOthers_NeverOverspends() =>
        Steps.MustHold(
            steps => Run(steps, PerMinute(30), Leaky(BudgetMetric.Tokens, 400, TimeSpan.FromSeconds(30)), new(BudgetMetric.Requests, 40, TimeSpan.FromHours(1), BudgetKind.Calendar)),
            iter: 250);

    [Fact]
    public void Ledger_RollingWindowsBecomeLeakyBuckets_NeverOverflows() =>
        Steps.MustHold(
            steps => RunAndChange(
                steps,
                [PerMinute(20), TokensPerMinute(700)],
                [Leaky(BudgetMetric.Requests, 20, TimeSpan.FromMinutes(1)), Leaky(BudgetMetric.Tokens, 700, TimeSpan.FromMinutes(1))]),
            iter: 150);

    /// <summary>A new authority, its clock ahead, had drained what was hardly there, and with it the fraction of a unit that was.</summary>
    [Fact]
    public void Ledger_RollingWindowsBecomeLeakyBucketsAtATakeOver_NeverOverflows() =>
        Steps.MustHold(
            steps => RunAndChange(
                steps,
                [PerMinute(20), TokensPerMinute(700)],
                [Leaky(BudgetMetric.Requests, 20, TimeSpan.FromMinutes(1)), Leaky(BudgetMetric.Tokens, 700, TimeSpan.FromMinutes(1))]),
            iter: 1,
            seed: "12T4ZDR7ZlP3");

    [Fact]
    public void Ledger_LeakyBucketsGetLarger_NeverOverflows() =>
        Steps.MustHold(
            steps => RunAndChange(
                steps,
                [Leaky(BudgetMetric.Requests, 11, TimeSpan.FromMinutes(1)), Leaky(BudgetMetric.Tokens, 270, TimeSpan.FromMinutes(1))],
                [Leaky(BudgetMetric.Requests, 33, TimeSpan.FromMinutes(1)), Leaky(BudgetMetric.Tokens, 700, TimeSpan.FromMinutes(1))]),
            iter: 150);

    [Fact]
    public void World_ManySteps_ReallySends()
    {
        var sent = 0;
        Steps.MustHold(
            steps => Interlocked.Add(ref sent, Run(steps, PerMinute(20), TokensPerMinute(700)).Sent) >= 0, iter: 100);
        Assert.InRange(sent, 1_000, int.MaxValue);
    }

    private static QuotaWorld Run((int Kind, int A, int B)[] steps, params BudgetDefinition[] budgets) => RunAndChange(steps, budgets, null);

    private static QuotaWorld RunAndChange((int Kind, int A, int B)[] steps, BudgetDefinition[] budgets, BudgetDefinition[]? later)
    {
        var world = new QuotaWorld(budgets);
        for (var step = 0; step < steps.Length; step++)
        {
            if (later is not null && step == steps.Length / 2)
            {
                world.Configure(later);
            }

            world.Step(steps[step].Kind, steps[step].A, steps[step].B);
            world.AssertConsistent();
        }

        world.AssertNoOverspend();
        world.AssertConsistent();
        world.Settle();
        world.Pass(3 * 3600);
        world.AssertAllIsBack();
        return world;
    }
}
