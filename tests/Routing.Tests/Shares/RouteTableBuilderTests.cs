using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
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
    public void Build_Numbers_GrowEvenInTheNextActivation()
    {
        var first = _builder.Build(NoQuotas, null, Noon).Number;
        var second = _builder.Build(NoQuotas, null, Noon).Number;
        var later = new RouteTableBuilder(new Catalog([], [])).Build(NoQuotas, null, Noon.AddSeconds(1)).Number;
        Assert.True(first < second && second < later);
    }

    private static TargetDefinition Target(string provider, string model, double share) =>
        new(provider, model, ImmutableArray<string>.Empty, share, $"q/{provider}", Capabilities.None, 100);
}
