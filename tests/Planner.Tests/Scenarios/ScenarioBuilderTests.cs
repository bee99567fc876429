using ThotNet.Planner.Providers;
using ThotNet.Planner.Scenarios;
using ThotNet.Planner.Traces;

namespace ThotNet.Planner.Tests.Scenarios;

public sealed class ScenarioBuilderTests
{
    [Fact]
    public void Build_TraceOfAnAfternoon_BeginsAtMidnightUtcOfItsDay()
    {
        var first = new DateTimeOffset(2023, 11, 17, 0, 15, 46, TimeSpan.FromHours(1));

        var scenario = ScenarioBuilder.Build(TraceAt(first), new TraceShape(), ProvidersFile.Seed(), TimeSpan.FromMinutes(2));

        Assert.Equal(new DateTimeOffset(2023, 11, 16, 0, 0, 0, TimeSpan.Zero), scenario.Start);
        Assert.Equal(TimeSpan.FromMinutes(2), scenario.Patience);
        Assert.Equal(5, Assert.Single(scenario.Requests).ContextTokens);
    }

    [Theory]
    [InlineData(1969)]
    [InlineData(2201)]
    public void Build_TraceOfAnotherAge_IsRefused(int year)
    {
        var trace = TraceAt(new DateTimeOffset(year, 6, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.Throws<FormatException>(() => ScenarioBuilder.Build(trace, new TraceShape(), ProvidersFile.Seed(), TimeSpan.Zero));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(121)]
    public void Build_PatienceOutOfBounds_IsABug(int seconds)
    {
        var trace = TraceAt(DateTimeOffset.UnixEpoch);

        Assert.Throws<ArgumentOutOfRangeException>(
            () => ScenarioBuilder.Build(trace, new TraceShape(), ProvidersFile.Seed(), TimeSpan.FromSeconds(seconds)));
    }

    private static RequestTrace TraceAt(DateTimeOffset first) => new(first, [new TraceEntry(TimeSpan.Zero, 5, 1)]);
}
