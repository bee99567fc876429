using ThotNet.Load.Chaos;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Control;

namespace ThotNet.Load.Tests.Chaos;

public sealed class UtilisationTests
{
    private static readonly Disturbances Calm = new();

    [Fact]
    public void Of_RollingHalfFullHalfTheTime_IsTheMeanOfAllWindows()
    {
        var use = Utilisation.Of(Quota(QuotaKind.Rolling), Samples(at => at < 20 ? 10 : 5), [], Calm, TimeSpan.MinValue);

        // From 1 to 40 s, one sample a second: 19 full ones, 21 half full ones.
        Assert.Equal((19 + (21 * 0.5)) / 40, use.Part!.Value, 9);
        Assert.Equal(TimeSpan.FromSeconds(40), use.Judged);
    }

    [Fact]
    public void Of_RollingWithAFault_LeavesOutEveryWindowThatTouchesIt()
    {
        var disturbances = new Disturbances();
        disturbances.Add(TimeSpan.MinValue, TimeSpan.Zero, "start");
        disturbances.Add(TimeSpan.FromSeconds(21), TimeSpan.FromSeconds(25), "fault");
        var use = Utilisation.Of(Quota(QuotaKind.Rolling), Samples(at => at is > 21 and < 35 ? 0 : 10), [], disturbances, TimeSpan.MinValue);
        Assert.Equal(1, use.Part);

        // Windows of 10 s that end from 10 to 21 and from 35 to 40 s.
        Assert.Equal(TimeSpan.FromSeconds(12 + 6), use.Judged);
    }

    [Fact]
    public void Of_SinceTheLastFault_LeavesOutEveryWindowThatBeganBefore()
    {
        var disturbances = new Disturbances();
        disturbances.Add(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(12), "fault");
        disturbances.Add(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(8), "earlier fault");
        var use = Utilisation.Of(Quota(QuotaKind.Rolling), Samples(at => at < 22 ? 0 : 10), [], disturbances, disturbances.LastUntil);

        // Windows of 10 s that end from 22 to 40 s.
        Assert.Equal((1, TimeSpan.FromSeconds(19)), (use.Part, use.Judged));
    }

    [Fact]
    public void Of_LeakyBucketEmptyForAQuarterOfTheTime_LosesThatMuch()
    {
        // It drains one a second: what was empty for 10 of 40 s could have passed 10 more.
        var use = Utilisation.Of(Quota(QuotaKind.LeakyBucket), Samples(at => at < 10 ? 0 : 1), [], Calm, TimeSpan.MinValue);
        Assert.Equal(0.75, use.Part!.Value, 9);
    }

    [Fact]
    public void Of_OtherQuotaSpent_IsNotJudgedWhereThatOneBinds()
    {
        var other = (Quota(QuotaKind.Calendar), (IReadOnlyList<Sample>)Samples(_ => 10));
        Assert.Null(Utilisation.Of(Quota(QuotaKind.Rolling), Samples(_ => 1), [other], Calm, TimeSpan.MinValue).Part);
    }

    [Fact]
    public void Of_DayThatTheRunDoesNotSeeTheEndOf_IsWhatWasAdmittedAtLast()
    {
        var day = Quota(QuotaKind.Calendar) with { Window = TimeSpan.FromDays(1) };
        Assert.Equal(0.4, Utilisation.Of(day, Samples(at => at / 10), [], Calm, TimeSpan.MinValue).Part);
    }

    private static QuotaState Quota(QuotaKind kind) =>
        new("p", "a", "", "q", QuotaMetric.Requests, kind, TimeSpan.FromSeconds(10), QuotaMode.Enforce, 10, 0, 0, 0);

    private static List<Sample> Samples(Func<int, long> used) => [.. Enumerable.Range(0, 41).Select(at => new Sample(TimeSpan.FromSeconds(at), used(at)))];
}
