using System.Text;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Routing;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

/// <summary>What the cache may do for a request, by its policy and by what it asks for.</summary>
public sealed class CachePlannerTests
{
    private const string Tools = ""","tools":[{"type":"function","function":{"name":"f"}}]""";

    private static readonly TargetDefinition Target = new("acme", "a", ["auto"], 1, "q", Capabilities.None, 100);

    private readonly ThotNetOptions _options = new();

    [Theory]
    [InlineData("", 1.0, false, true)]
    [InlineData("", 0.9, false, false)]
    [InlineData("", 0.9, true, true)]
    [InlineData(""","temperature":0.9""", 0.9, false, true)]
    [InlineData(""","temperature":1.1""", 1.0, false, false)]
    [InlineData(""","temperature":1.1""", 1.0, true, true)]
    [InlineData(""","temperature":0""", 0.0, false, true)]
    public void Plan_Temperature_IsBounded_UnlessTheCallerWantsAny(string more, double most, bool any, bool cached)
    {
        _options.Cache.MaxTemperature = most;

        Assert.Equal(cached, Plan(more, new() { AnyTemperature = any }).Key is not null);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public void Plan_Tools_NeedAnOptIn(bool policy, bool asked, bool cached)
    {
        _options.Cache.Tools = policy;

        Assert.Equal(cached, Plan(Tools, new() { Tools = asked }).Key is not null);
        Assert.NotNull(Plan("", default).Key);
    }

    [Fact]
    public void Plan_OptInForTheOther_IsNone()
    {
        Assert.Null(Plan(Tools, new() { AnyTemperature = true }).Key);
        Assert.Null(Plan(""","temperature":2""", new() { Tools = true }).Key);
    }

    [Fact]
    public void Plan_Ordinary_LooksAndShares()
    {
        var plan = Plan("", default);

        Assert.NotNull(plan.Key);
        Assert.Equal((true, true, false), (plan.Looks, plan.Shares, plan.OnlyIfCached));
    }

    [Fact]
    public void Plan_NoCache_KeepsWithoutLookingOrSharing()
    {
        var plan = Plan("", new() { NoCache = true });

        Assert.NotNull(plan.Key);
        Assert.Equal((false, false), (plan.Looks, plan.Shares));
    }

    [Fact]
    public void Plan_MaxAgeAndOnlyIfCached_AreKept()
    {
        var plan = Plan("", new() { MaxAge = TimeSpan.FromSeconds(3), OnlyIfCached = true });

        Assert.Equal((true, true, TimeSpan.FromSeconds(3)), (plan.Looks, plan.OnlyIfCached, plan.MaxAge));
    }

    [Theory]
    [InlineData(null, 60)]
    [InlineData(61, 60)]
    [InlineData(59, 59)]
    public void Plan_OthersKeepForLonger_AnswerIsNoOlderThanTheCallersPolicyAllows(int? asked, int most)
    {
        _options.Cache.Scope = CacheScope.Shared;
        _options.Callers["alice"] = new() { Cache = { TimeToLive = TimeSpan.FromSeconds(60) } };

        Assert.Equal(TimeSpan.FromSeconds(most), Plan("", new() { MaxAge = asked is { } age ? TimeSpan.FromSeconds(age) : null }).MaxAge);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Plan_NoStoreOrNoPolicy_IsNothing_ButOnlyIfCachedStillHolds(bool noStore, bool off)
    {
        _options.Cache.Enabled = !off;
        var plan = Plan("", new() { NoStore = noStore, OnlyIfCached = true });

        Assert.Equal((null, false, false, true), (plan.Key, plan.Looks, plan.Shares, plan.OnlyIfCached));
    }

    [Fact]
    public void Plan_CallersOwnScope_IsInTheKey()
    {
        _options.Cache.Scope = CacheScope.Shared;
        _options.Callers["alice"] = new() { Cache = { Scope = CacheScope.Key } };

        Assert.NotEqual(Plan("", default).Key, Plan("", default, "bob").Key);
        Assert.Equal(Plan("", default, "carol").Key, Plan("", default, "bob").Key);
    }

    [Fact]
    public void Plan_Embeddings_HaveNoTemperature()
    {
        _options.Cache.MaxTemperature = 0;
        Assert.Null(EmbeddingsRequestReader.Read("""{"model":"auto","input":"hi"}"""u8.ToArray(), out var request, "alice"));

        Assert.NotNull(Planner().Plan(request!, [[Target]], default).Key);
    }

    private CachePlan Plan(string more, CacheControl control, string caller = "alice")
    {
        var body = $$"""{"model":"auto","messages":[{"role":"user","content":"hi"}]{{more}}}""";
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request, caller));
        return Planner().Plan(request!, [[Target]], control);
    }

    private CachePlanner Planner() => new(new(_options));
}
