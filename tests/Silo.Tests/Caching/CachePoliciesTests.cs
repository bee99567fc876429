using ThotNet.Hosting.Configuration;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

public sealed class CachePoliciesTests
{
    private static readonly CachePolicy Section = new(true, CacheScope.Key, TimeSpan.FromHours(1), 1, false, TimeSpan.Zero);

    private readonly ThotNetOptions _options = new();

    [Fact]
    public void Of_NothingSet_IsTheSections()
    {
        var policies = new CachePolicies(_options);

        Assert.Equal(Section, policies.Of("alice", "auto"));
        Assert.True(policies.AreAnyEnabled);
    }

    [Fact]
    public void Of_EachSettingOfAModel_IsItsOwnForEachOfItsNames()
    {
        _options.Cache.Models["mine"] = new()
        {
            Names = "gpt, groq/gpt,gpt",
            Enabled = false,
            Scope = CacheScope.Shared,
            TimeToLive = TimeSpan.FromSeconds(2),
            MaxTemperature = 0.1,
            Tools = true,
            ReplayPause = TimeSpan.FromMilliseconds(3),
        };
        var policies = new CachePolicies(_options);

        var expected = new CachePolicy(false, CacheScope.Shared, TimeSpan.FromSeconds(2), 0.1, true, TimeSpan.FromMilliseconds(3));
        Assert.Equal(expected, policies.Of("alice", "gpt"));
        Assert.Equal(expected, policies.Of("0123456789abcdef", "groq/gpt"));
        Assert.Equal(Section, policies.Of("alice", "GPT"));
        Assert.Equal(Section, policies.Of("alice", "groq"));
    }

    [Fact]
    public void Of_CallersOwn_WinsOverTheModels_AndThatOverTheSections()
    {
        _options.Cache.MaxTemperature = 0.3;
        _options.Cache.Models["mine"] = new() { Names = "gpt", Scope = CacheScope.Shared, TimeToLive = TimeSpan.FromSeconds(2), Tools = true };
        _options.Callers["bob"] = new() { Cache = { Scope = CacheScope.Key, TimeToLive = TimeSpan.FromSeconds(9), Enabled = false } };
        _options.Callers["carol"] = new();
        var policies = new CachePolicies(_options);

        Assert.Equal(new(false, CacheScope.Key, TimeSpan.FromSeconds(9), 0.3, true, TimeSpan.Zero), policies.Of("bob", "gpt"));
        Assert.Equal(new(false, CacheScope.Key, TimeSpan.FromSeconds(9), 0.3, false, TimeSpan.Zero), policies.Of("bob", "other"));
        Assert.Equal(new(true, CacheScope.Shared, TimeSpan.FromSeconds(2), 0.3, true, TimeSpan.Zero), policies.Of("carol", "gpt"));
        Assert.Equal(Section with { MaxTemperature = 0.3 }, policies.Of("carol", "other"));
    }

    [Theory]
    [InlineData(false, null, null, false)]
    [InlineData(false, true, null, true)]
    [InlineData(false, null, true, true)]
    [InlineData(false, true, false, true)]
    [InlineData(true, false, false, true)]
    public void AreAnyEnabled_OneIs_IsTrue(bool section, bool? model, bool? caller, bool expected)
    {
        _options.Cache.Enabled = section;
        _options.Cache.Models["mine"] = new() { Names = "gpt", Enabled = model };
        _options.Callers["bob"] = new() { Cache = { Enabled = caller } };

        Assert.Equal(expected, new CachePolicies(_options).AreAnyEnabled);
    }

    [Fact]
    public void Of_AllocatesNothing()
    {
        _options.Cache.Models["mine"] = new() { Names = "gpt", Tools = true };
        _options.Callers["bob"] = new() { Cache = { Enabled = false } };
        var policies = new CachePolicies(_options);

        Assert.Equal(0, Allocations.Of(() =>
        {
            policies.Of("bob", "gpt");
            policies.Of("nobody", "other");
        }));
    }
}
