using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Planner.Projection;
using ThotNet.Planner.Providers;
using ThotNet.Planner.Traces;
using static ThotNet.Planner.Tests.Scenarios.SmallScenario;

namespace ThotNet.Planner.Tests.Projection;

public sealed class DayProjectionTests
{
    private static readonly ProjectionInput ThousandUsers = new(1000, 5, 170, 0.3, 0.05, TraceCurve.Flat, 0.05, 0.08);

    [Fact]
    public void Project_ThousandUsersOfFreeTiers_ExhaustTheTokensOfOneProvider()
    {
        var day = DayProjection.Project(ProvidersFile.Seed(), ThousandUsers);

        // 200,000 tokens are 1,176 requests, reached after 1176.5 / 3500 of the day.
        Assert.Equal(
            [("gemini", 250, 250, 5882, null), ("groq", 1000, 1000, 14_400, null), ("openrouter", 3500, 1176, 1176, TimeSpan.FromMinutes(484))],
            day.Providers.Select(provider => (provider.Provider, provider.Demand, provider.Fits, provider.Allowed!.Value, provider.RunsOutAt)));
        Assert.Equal(BudgetMetric.Tokens, day.Providers[2].Limit!.Metric);
        Assert.Equal(2324, day.Providers[2].Overflow);
        Assert.Equal(250, day.Browser);
        Assert.Equal(4750, day.FitsMoved);
        Assert.Equal(((119 * 0.05) + (51 * 0.08)) / 1e6, day.Input.Price, 1e-12);
    }

    [Fact]
    public void Project_TenThousandUsersOfFreeTiers_ExhaustAllThatIsFree()
    {
        var day = DayProjection.Project(ProvidersFile.Seed(), ThousandUsers with { Users = 10_000 });

        // 24.3 a minute where 20 are allowed: the tokens are gone after 58.8 minutes.
        Assert.Equal(TimeSpan.FromMinutes(58), day.Providers[2].RunsOutAt);
        Assert.Equal([2500, 10_000, 1176], day.Providers.Select(provider => provider.Fits));
        Assert.Equal(14_400 + 5882 + 1176, day.FitsMoved);
    }

    [Fact]
    public void Project_Diurnal_MeetsTheLimitOfAMinuteInTheAfternoon()
    {
        // 2 a minute on average: 2 * (1 + 0.8 sin) is above 3 from 12:34.7 to 19:25.3, in which 162 more come.
        var day = Assert.Single(Project(2880, TraceCurve.Diurnal, Budget(BudgetMetric.Requests, 3, 60)).Providers);

        Assert.Equal(new TimeSpan(12, 35, 0), day.RunsOutAt);
        Assert.Equal(4320, day.Allowed);
        Assert.Equal(2718, day.Fits);
    }

    [Theory]
    [InlineData(BudgetKind.Calendar, 86_400, 240, 240)]
    [InlineData(BudgetKind.Rolling, 86_400, 240, 240)]
    [InlineData(BudgetKind.LeakyBucket, 86_400, 240, 0)]
    [InlineData(BudgetKind.Calendar, 3600, 240, 10)]
    [InlineData(BudgetKind.Rolling, 1, 86_400, null)]
    [InlineData(BudgetKind.Calendar, 604_800, 240, 240)]
    public void Project_Kinds_AllowTheirAmountADay(BudgetKind kind, double seconds, long allowed, int? minute)
    {
        var amount = (long)Math.Round(allowed * Math.Max(1, seconds) / 86_400);
        var day = Assert.Single(Project(1440, TraceCurve.Flat, Budget(BudgetMetric.Requests, amount, seconds, kind)).Providers);

        Assert.Equal(allowed, day.Allowed);
        Assert.Equal(Math.Min(1440, allowed), day.Fits);
        Assert.Equal(minute, (int?)day.RunsOutAt?.TotalMinutes);
    }

    [Fact]
    public void Project_RequestLargerThanABudget_NeverFits()
    {
        var day = Assert.Single(Project(10, TraceCurve.Flat, Budget(BudgetMetric.Tokens, 99, 60)).Providers);

        Assert.Equal((0, 0, TimeSpan.Zero), (day.Allowed, day.Fits, day.RunsOutAt));
    }

    [Fact]
    public void Project_NoBudgets_FitsAll()
    {
        var day = Assert.Single(Project(1_000_000, TraceCurve.Diurnal).Providers);

        Assert.Equal((1_000_000, null, null, null), (day.Fits, day.Allowed, day.Limit, day.RunsOutAt));
    }

    [Fact]
    public void Project_Shares_AreWholeRequestsWhoseSumIsRight()
    {
        var scenario = Of([At(0)], 0, [[], [], []]);
        var day = DayProjection.Project(scenario.Catalog, ThousandUsers with { Users = 1, RequestsPerUser = 2, BrowserPart = 0 });

        Assert.Equal([1, 0, 1], day.Providers.Select(provider => provider.Demand));
    }

    private static ProjectionResult Project(int requests, TraceCurve curve, params BudgetDefinition[] budgets) => DayProjection.Project(
        Of([At(0)], 0, [budgets]).Catalog, new(requests, 1, 100, 0.5, 0, curve, 0, 0));
}
