using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;
using ThotNet.Routing.Waiting;

namespace ThotNet.Routing.Tests.Waiting;

public sealed class ReadyTimesTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Of_RoomForAll_IsNow() => Assert.Equal(0, Seconds(Rolling(20, remaining: 5), 5));

    [Fact]
    public void Of_RollingWindow_IsWhenEnoughHasLeft()
    {
        var budget = Rolling(20, remaining: 1, (10, 3), (25, 20));

        Assert.Equal(10, Seconds(budget, 3));
        Assert.Equal(25, Seconds(budget, 4));
    }

    /// <summary>The 21st takes the place of the first, a window after it.</summary>
    [Theory]
    [InlineData(20, 25)]
    [InlineData(21, 60)]
    [InlineData(22, 70)]
    [InlineData(23, 70)]
    [InlineData(24, 85)]
    [InlineData(41, 120)]
    public void Of_MoreThanAWholeRollingWindow_IsWindowsLater(long needed, double seconds) =>
        Assert.Equal(seconds, Seconds(Rolling(20, remaining: 1, (10, 3), (25, 20)), needed));

    [Theory]
    [InlineData(5, 0)]
    [InlineData(6, 30)]
    [InlineData(25, 30)]
    [InlineData(26, 90)]
    [InlineData(46, 150)]
    public void Of_Calendar_IsAtTheEndsOfWindows(long needed, double seconds) =>
        Assert.Equal(seconds, Seconds(new(Budget(20, BudgetKind.Calendar), 15, 0, 5, TimeSpan.FromSeconds(30)), needed));

    /// <summary>10 of 60 units are taken, and one comes back a second.</summary>
    [Theory]
    [InlineData(50, 0)]
    [InlineData(61, 11)]
    [InlineData(130, 80)]
    public void Of_MoreThanAWholeBucket_IsWhenThatHasDrained(long needed, double seconds) =>
        Assert.Equal(seconds, Seconds(new(Budget(60, BudgetKind.LeakyBucket), 10, 0, 50, TimeSpan.FromSeconds(10)), needed));

    [Fact]
    public void Of_WhatLeasesHoldWouldBeEnough_IsAPoll()
    {
        var budget = Rolling(20, remaining: 1, (40, 20)) with { Outstanding = 4 };

        Assert.Equal(LeaseRules.ReturnPoll.TotalSeconds, Seconds(budget, 5));
        Assert.Equal(40, Seconds(budget, 6));
    }

    [Fact]
    public void Of_OldSnapshot_IsSoonerByItsAge()
    {
        var budget = Rolling(20, remaining: 0, (10, 20));

        Assert.Equal(7, Seconds(budget, 1, age: 3));
        Assert.Equal(0, Seconds(budget, 1, age: 11));

        // A window that begins now is as long whatever the age.
        Assert.Equal(67, Seconds(budget, 21, age: 3));
    }

    [Fact]
    public void Of_ReleasesUnknown_IsWhenTheFirstComesBack() => Assert.Equal(7, Seconds(Rolling(20, 0) with { ResetsIn = TimeSpan.FromSeconds(7) }, 5));

    [Fact]
    public void Of_ReleasesThatDoNotReachSoFar_IsAWindow() => Assert.Equal(60, Seconds(Rolling(20, 0, (10, 3)), 5));

    [Fact]
    public void Of_ProviderAllowsLess_GoesByItsLimit() => Assert.Equal(70, Seconds(Rolling(20, 0, (10, 5)) with { ProviderLimit = 5 }, 6));

    [Fact]
    public void Of_PlacesOfConcurrentRequests_CountAsFree() => Assert.Equal(
        TimeSpan.Zero,
        ReadyTimes.Of(
            Snapshot(new BudgetSnapshot(new(BudgetMetric.ConcurrentRequests, 2, Minute, BudgetKind.Rolling), 2, 0, 0, Minute)), TimeSpan.Zero, new(3, 0, Concurrent: 3)));

    [Fact]
    public void Of_SomeBudgets_IsTheLatest() => Assert.Equal(
        TimeSpan.FromSeconds(30),
        ReadyTimes.Of(
            Snapshot(Rolling(20, 0, (10, 20)), Rolling(1000, 0, (30, 1000)) with { Definition = new(BudgetMetric.Tokens, 1000, Minute, BudgetKind.Rolling) }),
            TimeSpan.Zero,
            new(1, 500)));

    [Fact]
    public void Of_ClosedQuota_IsNotBeforeItOpens() => Assert.Equal(
        TimeSpan.FromSeconds(15),
        ReadyTimes.Of(Snapshot(Rolling(20, 20)) with { ClosedFor = TimeSpan.FromSeconds(20) }, TimeSpan.FromSeconds(5), new(1, 0)));

    private static double Seconds(BudgetSnapshot budget, long requests, double age = 0) =>
        ReadyTimes.Of(Snapshot(budget), TimeSpan.FromSeconds(age), new(requests, 0)).TotalSeconds;

    private static QuotaSnapshot Snapshot(params BudgetSnapshot[] budgets) => new("q", [.. budgets], TimeSpan.Zero, null);

    private static BudgetSnapshot Rolling(long amount, long remaining, params (double After, long Free)[] releases) =>
        new(Budget(amount, BudgetKind.Rolling), amount - remaining, 0, remaining, TimeSpan.Zero)
        {
            Releases = [.. releases.Select(release => new BudgetRelease(TimeSpan.FromSeconds(release.After), release.Free))],
        };

    private static BudgetDefinition Budget(long amount, BudgetKind kind) => new(BudgetMetric.Requests, amount, Minute, kind);
}
