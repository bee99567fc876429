using CsCheck;
using ThotNet.Grains.Abstractions.Quota;
using static ThotNet.Routing.Tests.Quota.LedgerFixture;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>A <see cref="QuotaWorld"/> whose provider says what is left. The world holds the assertions.</summary>
public sealed class QuotaLedgerEvidenceModelTests
{
    private const int Deliver = 9;
    private const int Restart = 11;
    private const int Say = 12;
    private const int Tell = 13;
    private const int Others = 14;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly Gen<(int Kind, int A, int B)[]> Steps =
        Gen.Select(Gen.Int[0, Say].Where(kind => kind != Restart), Gen.Int[0, 100_000], Gen.Int[0, 2_000]).Array[50, 300];

    private static readonly Gen<(int Kind, int A, int B)[]> StepsWithOthers =
        Gen.Select(Gen.Int[0, Others].Where(kind => kind != Restart), Gen.Int[0, 100_000], Gen.Int[0, 2_000]).Array[50, 300];

    [Fact]
    public void Remaining_OthersUseTheAccountToo_GrantsLeaveThemTheirPart() =>
        StepsWithOthers.MustHold(steps => RunWithOthers(steps), iter: 150);

    [Fact]
    public void Remaining_NobodyElseRolling_RaisesNoAlarm() =>
        Steps.MustHold(steps => RunAlone(steps, PerMinute(20), TokensPerMinute(700)), iter: 150);

    [Fact]
    public void Remaining_NobodyElseCalendar_RaisesNoAlarm() =>
        Steps.MustHold(
            steps => RunAlone(
                steps, new(BudgetMetric.Requests, 20, Minute, BudgetKind.Calendar), new(BudgetMetric.Tokens, 3_000, TimeSpan.FromHours(1), BudgetKind.Calendar)),
            iter: 150);

    [Fact]
    public void Remaining_NobodyElseLeaky_RaisesNoAlarm() =>
        Steps.MustHold(
            steps => RunAlone(steps, Leaky(BudgetMetric.Requests, 20, Minute), Leaky(BudgetMetric.Tokens, 700, Minute)), iter: 150);

    private static void RunAlone((int Kind, int A, int B)[] steps, params BudgetDefinition[] budgets)
    {
        var world = new QuotaWorld(new WorldStore(isReliable: true), budgets);
        foreach (var step in steps)
        {
            Do(world, step);
            world.AssertConsistent();
            world.AssertNoAlarm();
        }

        world.AssertNoOverspend();
    }

    private static void RunWithOthers((int Kind, int A, int B)[] steps)
    {
        var world = new QuotaWorld(new WorldStore(isReliable: true), PerMinute(20));
        foreach (var step in steps)
        {
            Do(world, step);
            world.AssertConsistent();
        }

        world.AssertNoOverspend();
        world.AssertOthersAreRespected();
    }

    // A question that comes late would say of the provider's word that it is younger than it is.
    private static void Do(QuotaWorld world, (int Kind, int A, int B) step)
    {
        switch (step.Kind)
        {
            case Deliver or Say: world.SayRemaining(step.A, step.B); break;
            case Tell: world.TellRemaining(step.A); break;
            case Others: world.UseByOthers(step.A); break;
            default: world.Step(step.Kind, step.A, step.B); break;
        }
    }
}
