using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Routing.Shares;

namespace ThotNet.Routing.Tests.Shares;

public sealed class RouteTableBuilderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Dictionary<string, QuotaSnapshot> NoQuotas = [];

    private readonly RouteTableBuilder _builder = new(new Catalog(
        [Target("openrouter", "x", 70), Target("openrouter", "y", 70), Target("groq", "z", 20), Target("gemini", "g", 10)], []));

    [Fact]
    public void Build_NoReports_ProvidersHaveTheirSharesDividedByTheirModels() =>
        Assert.Equal([0.35, 0.35, 0.2, 0.1], _builder.Build(NoQuotas, null, Noon).Targets.Select(route => Math.Round(route.ConfiguredShare, 9)));

    [Fact]
    public void Build_QuotaClosed_SaysForHowLongAndWhy()
    {
        var closed = new Dictionary<string, QuotaSnapshot> { ["q/groq"] = new("q/groq", [], TimeSpan.FromSeconds(9), "429") };
        var route = _builder.Build(closed, null, Noon).Targets[2];
        Assert.Equal((TimeSpan.FromSeconds(9), "429"), (route.ClosedFor, route.ClosedReason));
    }

    [Fact]
    public void Build_CircuitsOpen_TakesTheLongestOfLiveSilos()
    {
        _builder.Take(new("a", [new("groq/z", 0, 3, TimeSpan.FromSeconds(5), null)], 0), Noon);
        _builder.Take(new("b", [new("groq/z", 0, 3, TimeSpan.FromSeconds(20), null)], 0), Noon);
        Assert.Equal(TimeSpan.FromSeconds(17), _builder.Build(NoQuotas, null, Noon.AddSeconds(3)).Targets[2].ClosedFor);
        _builder.Take(new("b", [new("groq/z", 1, 0, TimeSpan.Zero, null)], 0), Noon.AddSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(1), _builder.Build(NoQuotas, null, Noon.AddSeconds(4)).Targets[2].ClosedFor);
    }

    [Fact]
    public void Build_SiloSilentForTenSeconds_IsNotListenedTo()
    {
        _builder.Take(new("a", [new("groq/z", 0, 3, TimeSpan.FromMinutes(5), null)], 0), Noon);
        Assert.True(_builder.Build(NoQuotas, null, Noon.AddSeconds(10)).Targets[2].ClosedFor > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, _builder.Build(NoQuotas, null, Noon.AddSeconds(10.1)).Targets[2].ClosedFor);
    }

    [Fact]
    public void Build_TargetDisabled_ClosesItWithTheReason()
    {
        _builder.Take(new("a", [new("groq/z", 0, 1, TimeSpan.MaxValue, "the model is gone")], 0), Noon);
        var route = _builder.Build(NoQuotas, null, Noon).Targets[2];
        Assert.Equal((RouteTableBuilder.DisabledFor, "the model is gone"), (route.ClosedFor, route.ClosedReason));
    }

    [Fact]
    public void Build_ServedRequests_AreAddedUpOverSilosAndTime()
    {
        _builder.Take(new("a", [new("groq/z", 3, 1, TimeSpan.Zero, null), new("gemini/g", 1, 0, TimeSpan.Zero, null)], 0), Noon);
        _builder.Take(new("b", [new("groq/z", 4, 1, TimeSpan.Zero, null)], 0), Noon.AddSeconds(60));
        var route = _builder.Build(NoQuotas, null, Noon.AddSeconds(60)).Targets[2];
        Assert.Equal((7L, 2L, 7 / 8.0), (route.Served, route.Failed, route.AchievedShare));
    }

    [Fact]
    public void Take_RepeatedOvertakenOrRestarted_CountsTheTotalsOnce()
    {
        Report("a-1", served: 5, failed: 2);
        Report("a-1", served: 5, failed: 2);
        Report("a-1", served: 3, failed: 2);
        Report("a-1", served: 6, failed: 3);
        Report("a-2", served: 4, failed: 0);
        _builder.Take(new("a-1", [Groq(6, 3)], 0), Noon.AddMinutes(59));
        var route = _builder.Build(NoQuotas, null, Noon.AddMinutes(59)).Targets[2];
        Assert.Equal((10L, 3L), (route.Served, route.Failed));
    }

    [Fact]
    public void Take_SiloGoneForLong_KeepsWhatItServed()
    {
        Report("a-1", served: 5, failed: 2);
        _builder.Build(NoQuotas, null, Noon.AddHours(2));
        Assert.Equal(5, _builder.Build(NoQuotas, null, Noon.AddHours(2)).Targets[2].Served);
    }

    [Fact]
    public void Take_DemandRepeated_IsNewOnce()
    {
        DemandReport asked = new(0b111, 14, 3, 300, 30);
        Assert.Equal([asked], Demand("a", 1, asked));
        Assert.Empty(Demand("a", 1, asked));
        Assert.Equal([asked], Demand("b", 1, asked));
        Assert.Equal([asked], Demand("a", 2, asked));
        Assert.Empty(Demand("a", 1, asked));
    }

    [Fact]
    public void Build_NoPrices_NothingIsScarce()
    {
        var table = _builder.Build(NoQuotas, null, Noon);
        Assert.Equal(double.PositiveInfinity, table.WaitAbove);
        Assert.All(table.Targets, route => Assert.Equal((QuotaPrices.None, route.ConfiguredShare), (route.Prices, route.EffectiveShare)));
    }

    [Fact]
    public void Build_Prices_AreThoseOfEachTarget()
    {
        QuotaPrices dear = new(0.5, 0, 0, 0, 0);
        var table = _builder.Build(NoQuotas, new([default, default, dear, default], [0.4, 0.4, 0, 0.2], 0.25), Noon);
        Assert.Equal((0.25, dear, 0), (table.WaitAbove, table.Targets[2].Prices, table.Targets[2].EffectiveShare));
        Assert.Equal((QuotaPrices.None, 0.2), (table.Targets[3].Prices, table.Targets[3].EffectiveShare));
    }

    [Fact]
    public void Build_Latencies_AreAveragedOverSilosThatSpeak()
    {
        _builder.Take(new("a", [Groq(0, 0) with { Latency = TimeSpan.FromSeconds(1) }], 0), Noon);
        _builder.Take(new("b", [Groq(0, 0) with { Latency = TimeSpan.FromSeconds(3) }], 0), Noon.AddSeconds(5));
        _builder.Take(new("c", [Groq(0, 0)], 0), Noon);
        Assert.Equal(TimeSpan.FromSeconds(2), _builder.Build(NoQuotas, null, Noon.AddSeconds(5)).Targets[2].Latency);
        Assert.Equal(TimeSpan.FromSeconds(3), _builder.Build(NoQuotas, null, Noon.AddSeconds(15)).Targets[2].Latency);
        Assert.Null(_builder.Build(NoQuotas, null, Noon.AddSeconds(16)).Targets[2].Latency);
    }

    [Fact]
    public void Build_MuchSlowerThanUsual_IsDegradedUntilItIsNot()
    {
        Assert.Equal([false, true, true, false], new[] { 1, 9, 2.5, 1 }.Select((latency, second) =>
        {
            _builder.Take(new("a", [Groq(0, 0) with { Latency = TimeSpan.FromSeconds(latency) }], 0), Noon.AddSeconds(second));
            return _builder.Build(NoQuotas, null, Noon.AddSeconds(second)).Targets[2].Degraded;
        }));
    }

    [Fact]
    public void Build_KeyRefusedAtOneSilo_ClosesItForAllForAsLongAsThatSiloSpeaks()
    {
        _builder.Take(new("a", [Groq(0, 1) with { Disabled = "the key was refused" }], 0), Noon);
        _builder.Take(new("b", [Groq(9, 0)], 0), Noon.AddSeconds(10));
        Assert.Equal("the key was refused", _builder.Build(NoQuotas, null, Noon.AddSeconds(10)).Targets[2].ClosedReason);
        Assert.Null(_builder.Build(NoQuotas, null, Noon.AddSeconds(11)).Targets[2].ClosedReason);
    }

    [Fact]
    public void Build_Numbers_GrowEvenInTheNextActivation()
    {
        var first = _builder.Build(NoQuotas, null, Noon).Number;
        var second = _builder.Build(NoQuotas, null, Noon).Number;
        var later = new RouteTableBuilder(new Catalog([], [])).Build(NoQuotas, null, Noon.AddSeconds(1)).Number;
        Assert.True(first < second && second < later);
    }

    private void Report(string silo, long served, long failed) => _builder.Take(new(silo, [Groq(served, failed)], 0), Noon);

    private ImmutableArray<DemandReport> Demand(string silo, long number, DemandReport asked) =>
        _builder.Take(new(silo, [], 0) { Demand = [asked], DemandNumber = number }, Noon);

    private static TargetReport Groq(long served, long failed) => new("groq/z", served, failed, TimeSpan.Zero, null);

    private static TargetDefinition Target(string provider, string model, double share) =>
        new(provider, model, ImmutableArray<string>.Empty, share, $"q/{provider}", Capabilities.None, 100);
}
