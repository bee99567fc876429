using ThotNet.Load.Chaos;
using ThotNet.ProviderSimulator.Configuration;

namespace ThotNet.Load.Tests.Chaos;

public sealed class ChaosBudgetsTests
{
    [Theory]
    [InlineData(12, 1, 11_520)]
    [InlineData(3, 4, 11_520)]
    [InlineData(1, 1, 960)]
    public void Quotas_TokensOfADay_LastForNearlyTheRun(int minutes, int speed, long expected)
    {
        var budgets = ChaosBudgets.Of(new ChaosSettings { Duration = TimeSpan.FromMinutes(minutes), Speed = speed });

        // 15 requests of 64 tokens a minute.
        var day = budgets.Quotas["gemini"]["day-tokens"];
        Assert.Equal((QuotaMetric.Tokens, expected), (day.Metric, day.Amount));
        Assert.Equal($"{expected}", budgets.ToEnvironment()["ThotNet__Providers__gemini__Budgets__day_tokens__Amount"]);
    }
}
