using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using ThotNet.Hosting.Configuration;
using ThotNet.Silo.Decisions;

namespace ThotNet.Silo.Tests.Decisions;

public sealed class ExplainRightTests
{
    private readonly ThotNetOptions _options = new();

    [Theory]
    [InlineData(false, null, false)]
    [InlineData(false, true, true)]
    [InlineData(true, null, true)]
    [InlineData(true, false, false)]
    public void Caller_WithAName_HasItsOwnOrThatOfAll(bool all, bool? own, bool expected)
    {
        _options.Access.MayExplain = all;
        _options.Callers["alice"] = new() { ApiKeyVariable = "ALICE_KEY", MayExplain = own };

        Assert.Equal(expected, Has("alice", "Production"));
        Assert.Equal(all, Has("0123456789abcdef", "Production"));
        Assert.Equal(all, Has("", "Production"));
    }

    [Fact]
    public void Everybody_InDevelopmentWithoutKeys_Has()
    {
        Assert.True(Has("", "Development"));
        Assert.False(Has("", "Production"));
    }

    [Fact]
    public void Everybody_InDevelopmentWithAKey_HasNot()
    {
        _options.Access.ApiKeys = "caller-key-000000001";
        Assert.False(Has("", "Development"));
    }

    [Theory]
    [InlineData("key-of-alice-0000000", false)]
    [InlineData(" ", true)]
    public void Everybody_InDevelopmentWithANamedCaller_HasOnlyWithoutItsKey(string key, bool expected)
    {
        _options.Callers["alice"] = new() { ApiKeyVariable = "ALICE_KEY" };
        Assert.Equal(expected, Has("", "Development", ("ALICE_KEY", key)));
    }

    private bool Has(string caller, string environment, params (string Key, string Value)[] keys) => new ExplainRight(
        _options,
        new ConfigurationBuilder().AddInMemoryCollection(keys.Select(key => KeyValuePair.Create(key.Key, (string?)key.Value))).Build(),
        new HostingEnvironment { EnvironmentName = environment }).Has(caller);
}
