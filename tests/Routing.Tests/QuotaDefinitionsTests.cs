using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Tests;

public sealed class QuotaDefinitionsTests
{
    private static readonly QuotaDefinition Provider = new("provider/p/default", [Minute(20)]) { SafeShare = 0.1 };
    private static readonly QuotaDefinition Alice = CallerLimits.Define("key/alice", [Minute(5)]);
    private static readonly QuotaDefinition Free = CallerLimits.Define("key/free", []);

    private readonly QuotaDefinitions _quotas = new([Provider], new([Alice, Free], [Minute(1)]));

    [Fact]
    public void Find_Keys_GivesTheirOwnLimitsElseThoseOfAllOthers()
    {
        Assert.Same(Provider, _quotas.Find("provider/p/default"));
        Assert.Same(Alice, _quotas.Find("key/alice"));
        Assert.Null(_quotas.Find("key/free"));
        Assert.Equal(Minute(1), Assert.Single(_quotas.Find("key/0123456789abcdef")!.Budgets));
        Assert.Null(_quotas.Find("provider/other/default"));
        Assert.Equal([Provider], _quotas.All);
    }

    [Fact]
    public void Find_KeyWithoutLimitsOfItsOwn_LearnsNothingAndStaysTheSameObject()
    {
        var first = _quotas.Find("key/someone")!;

        Assert.False(first.Learns);
        Assert.Same(first, _quotas.Find("key/someone"));
        Assert.NotSame(first, _quotas.Find("key/somebody"));
    }

    [Fact]
    public void Find_NoLimitsForOthers_IsNullForUnknownKeys()
    {
        var quotas = new QuotaDefinitions([Provider], new([Alice], []));

        Assert.Null(quotas.Find("key/someone"));
        Assert.Null(new QuotaDefinitions([Provider]).Find("key/alice"));
    }

    [Fact]
    public void Find_MoreKeysThanAreRemembered_GivesEqualOnes()
    {
        for (var key = 0; key < QuotaDefinitions.MaxRemembered; key++)
        {
            Assert.NotNull(_quotas.Find($"key/{key}"));
        }

        Assert.NotSame(_quotas.Find("key/late"), _quotas.Find("key/late"));
        Assert.Equal(_quotas.Find("key/late"), _quotas.Find("key/late"));
        Assert.Same(_quotas.Find("key/0"), _quotas.Find("key/0"));
    }

    [Fact]
    public void Replace_EqualLimits_KeepsTheObjects()
    {
        var other = _quotas.Find("key/someone");

        _quotas.Replace(
            [new("provider/p/default", [Minute(20)]) { SafeShare = 0.1 }], new([CallerLimits.Define("key/alice", [Minute(5)]), Free], [Minute(1)]));

        Assert.Same(Provider, _quotas.Find("provider/p/default"));
        Assert.Same(Provider, Assert.Single(_quotas.All));
        Assert.Same(Alice, _quotas.Find("key/alice"));
        Assert.Same(other, _quotas.Find("key/someone"));
    }

    [Fact]
    public void Replace_OtherLimits_AreInForceAtOnce()
    {
        var other = _quotas.Find("key/someone");

        _quotas.Replace([Provider with { SafeShare = 0.5 }], new([CallerLimits.Define("key/alice", [Minute(6)])], [Minute(2)]));

        Assert.Equal(0.5, _quotas.Find("provider/p/default")!.SafeShare);
        Assert.Equal(Minute(6), Assert.Single(_quotas.Find("key/alice")!.Budgets));
        Assert.Equal(Minute(2), Assert.Single(_quotas.Find("key/free")!.Budgets));
        Assert.NotSame(other, _quotas.Find("key/someone"));
        Assert.Equal(Minute(2), Assert.Single(_quotas.Find("key/someone")!.Budgets));
    }

    private static BudgetDefinition Minute(long requests) => new(BudgetMetric.Requests, requests, TimeSpan.FromMinutes(1), BudgetKind.Rolling);
}
