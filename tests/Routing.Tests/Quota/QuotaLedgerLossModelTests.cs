using CsCheck;
using ThotNet.Grains.Abstractions.Quota;
using static ThotNet.Routing.Tests.Quota.LedgerFixture;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>
/// A <see cref="QuotaWorld"/> in which records are lost, limits change while it runs, silos are halted and requests take long. The world holds the
/// assertions; <see cref="Run"/> calls all of them.
/// </summary>
public sealed class QuotaLedgerLossModelTests
{
    private const int Halt = 12;
    private const int Lose = 13;
    private const int Work = 14;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly Gen<(int Kind, int A, int B)[]> Steps =
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 100_000], Gen.Int[0, 2_000]).Array[50, 400];

    private static readonly Gen<(int Kind, int A, int B)[]> StepsWithHalts =
        Gen.Select(Gen.Int[0, Halt], Gen.Int[0, 100_000], Gen.Int[0, 2_000]).Array[50, 400];

    private static readonly Gen<(int Kind, int A, int B)[]> StepsWithLosses =
        Gen.Select(Gen.Int[0, Lose], Gen.Int[0, 100_000], Gen.Int[0, 2_000]).Array[50, 400];

    // A third of them are work: the budgets are used up before and again after a loss.
    private static readonly Gen<(int Kind, int A, int B)[]> StepsWithLossesAndWork =
        Gen.Select(Gen.Int[0, Lose + 7], Gen.Int[0, 100_000], Gen.Int[0, 2_000]).Array[50, 200];

    private static readonly Gen<((int Kind, int A, int B)[] Steps, int[] Amounts)> StepsWithAmounts = Gen.Select(Steps, Gen.Int[1, 60].Array[1, 6]);

    [Fact]
    public void Ledger_RecordsAreLostMinutes_NeverOverspends() =>
        StepsWithLosses.MustHold(steps => Run(steps, PerMinute(20), TokensPerMinute(700)), iter: 150);

    /// <summary>Nothing is granted a moment before all that nobody told has left the window.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ledger_SilosSpendToTheLastAndCrash_NeverOverspends(bool loses) =>
        Steps.MustHold(
            steps =>
            {
                var world = new QuotaWorld(PerMinute(7), TokensPerMinute(300)) { KeepsFirst = true };
                foreach (var step in steps.Take(60))
                {
                    Do(world, step);
                    if (step.A % 10 == 0)
                    {
                        world.SpendToTheLastAndCrash(step.A / 10, 55 + (step.B / 100.0), loses);
                    }
                }

                AssertAll(world);
            },
            iter: 150);

    [Fact]
    public void Ledger_RecordsAreLostLeakyMinutes_NeverOverflows() =>
        StepsWithLosses.MustHold(
            steps => Run(steps, Leaky(BudgetMetric.Requests, 20, Minute), Leaky(BudgetMetric.Tokens, 700, Minute)), iter: 150);

    /// <summary>In the hour and the day only those count that are alive, or whose use was not lost.</summary>
    [Fact]
    public void Ledger_RecordsAreLostHours_OverspendsByNoMoreThanTheDeadUsed() =>
        StepsWithLossesAndWork.MustHold(
            steps => Run(
                steps,
                PerMinute(30),
                new(BudgetMetric.Requests, 12, TimeSpan.FromHours(1), BudgetKind.Rolling),
                new(BudgetMetric.Tokens, 300, TimeSpan.FromHours(1), BudgetKind.Rolling)),
            iter: 150);

    [Fact]
    public void Ledger_RecordsAreLostDays_OverspendsByNoMoreThanTheDeadUsed() =>
        StepsWithLossesAndWork.MustHold(
            steps => Run(steps, PerMinute(30), new(BudgetMetric.Tokens, 300, TimeSpan.FromHours(1), BudgetKind.Calendar), PerDay(12)),
            iter: 150,
            seed: "5XjXu-BgRcm1");

    [Fact]
    public void Ledger_RecordsAreLostLeakyHours_OverflowsByNoMoreThanTheDeadUsed() =>
        StepsWithLossesAndWork.MustHold(
            steps => Run(
                steps,
                Leaky(BudgetMetric.Requests, 12, TimeSpan.FromHours(1)),
                Leaky(BudgetMetric.Tokens, 300, TimeSpan.FromHours(1))),
            iter: 150,
            seed: "972KZMQLWre1");

    [Fact]
    public void Ledger_LimitsChangeRolling_NoGrantTakesAWindowAboveThem() =>
        StepsWithAmounts.MustHold(
            sample => RunAndChange(sample.Steps, sample.Amounts, amount => [PerMinute(amount), TokensPerMinute(40 + (10 * amount))]),
            iter: 150);

    [Fact]
    public void Ledger_LimitsChangeCalendar_NoGrantTakesAWindowAboveThem() =>
        StepsWithAmounts.MustHold(
            sample => RunAndChange(
                sample.Steps,
                sample.Amounts,
                amount => [new(BudgetMetric.Requests, amount, Minute, BudgetKind.Calendar), new(BudgetMetric.Tokens, 40 + (40 * amount), TimeSpan.FromHours(1), BudgetKind.Calendar)]),
            iter: 150);

    [Fact]
    public void Ledger_LimitsChangeLeaky_NewGrantsDoNotOverflowThem() =>
        StepsWithAmounts.MustHold(
            sample => RunAndChange(sample.Steps, sample.Amounts, amount => [Leaky(BudgetMetric.Requests, amount, Minute), Leaky(BudgetMetric.Tokens, 40 + (10 * amount), Minute)]),
            iter: 150);

    [Fact]
    public void Ledger_ConcurrentRequests_NeverMoreAtOnce() =>
        Steps.MustHold(steps => Run(steps, new BudgetDefinition(BudgetMetric.ConcurrentRequests, 7, Minute, BudgetKind.Rolling)), iter: 150);

    [Fact]
    public void Ledger_ConcurrentRequestsAmongOthers_NeverMoreAtOnce() =>
        Steps.MustHold(
            steps => Run(steps, new(BudgetMetric.ConcurrentRequests, 4, Minute, BudgetKind.Rolling), PerMinute(30), Leaky(BudgetMetric.Tokens, 700, Minute)),
            iter: 150);

    [Fact]
    public void Ledger_SilosAreHalted_NeverOverspends() =>
        StepsWithHalts.MustHold(steps => Run(steps, PerMinute(20), TokensPerMinute(700)), iter: 150);

    [Fact]
    public void Ledger_SilosAreHaltedShortWindows_NeverOverspends() =>
        StepsWithHalts.MustHold(
            steps => Run(
                steps,
                new(BudgetMetric.Requests, 5, TimeSpan.FromSeconds(2), BudgetKind.Rolling),
                new(BudgetMetric.Tokens, 400, TimeSpan.FromSeconds(30), BudgetKind.Calendar),
                Leaky(BudgetMetric.Tokens, 443, TimeSpan.FromSeconds(31))),
            iter: 150);

    [Fact]
    public void Ledger_SilosAreHaltedInTheLastMoment_NeverOverspends() =>
        Steps.MustHold(
            steps =>
            {
                var world = new QuotaWorld(new BudgetDefinition(BudgetMetric.Requests, 3, TimeSpan.FromSeconds(2), BudgetKind.Rolling), Leaky(BudgetMetric.Requests, 5, TimeSpan.FromSeconds(12)));
                foreach (var step in steps.Take(60))
                {
                    Do(world, step);
                    if (step.A % 10 == 0)
                    {
                        world.HaltInTheLastMoment(step.A / 10, step.B / 150.0);
                    }
                }

                AssertAll(world);
            },
            iter: 150);

    [Fact]
    public void World_ManySteps_ReallyHaltsAndLoses()
    {
        var (gate, sent, dropped, losses, requests) = (new Lock(), 0, 0, 0, 0);
        StepsWithLosses.MustHold(
            steps =>
            {
                var world = Run(steps, PerMinute(20), TokensPerMinute(700));
                lock (gate)
                {
                    (sent, dropped, losses, requests) = (sent + world.Halted.Sent, dropped + world.Halted.Dropped, losses + world.Losses, requests + world.Sent);
                }
            },
            iter: 100);
        Assert.True(sent >= 20 && dropped >= 10 && losses >= 40 && requests >= 500, $"{sent} {dropped} {losses} {requests}");
    }

    private static QuotaWorld Run((int Kind, int A, int B)[] steps, params BudgetDefinition[] budgets)
    {
        var world = new QuotaWorld(budgets) { KeepsFirst = true };
        foreach (var step in steps)
        {
            Do(world, step);
        }

        return AssertAll(world);
    }

    private static QuotaWorld RunAndChange((int Kind, int A, int B)[] steps, int[] amounts, Func<int, BudgetDefinition[]> budgetsOf)
    {
        var world = new QuotaWorld(budgetsOf(20));
        var every = (steps.Length / (amounts.Length + 1)) + 1;
        for (var step = 0; step < steps.Length; step++)
        {
            if (step > 0 && step % every == 0)
            {
                world.Redefine(budgetsOf(amounts[(step / every) - 1]));
            }

            Do(world, steps[step]);
        }

        return AssertAll(world);
    }

    private static void Do(QuotaWorld world, (int Kind, int A, int B) step)
    {
        switch (step.Kind)
        {
            case Halt: world.HaltOrResume(step.A, step.B); break;
            case Lose when step.B % 8 == 0: world.LoseState(step.A, rarely: true); break;
            case Lose: world.Pass(step.B % 40); break;
            case >= Work: world.Work(1 + (step.A % 3), 1 + (step.B % 40)); break;
            default: world.Step(step.Kind, step.A, step.B); break;
        }

        world.AssertConsistent();
    }

    private static QuotaWorld AssertAll(QuotaWorld world)
    {
        world.AssertNoOverspend();
        world.Settle();
        world.AssertConsistent();
        world.AssertNoOverspend();
        world.Pass(27 * 3600);
        world.AssertAllIsBack();
        return world;
    }
}
