using System.Globalization;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Tests.Quotas;

public class CalendarCounterTests
{
    [Theory]
    [InlineData("UTC", "2026-11-22T12:34:56Z", "2026-11-23T00:00:00Z")]
    [InlineData("America/Los_Angeles", "2026-07-01T06:59:59Z", "2026-07-01T07:00:00Z")]
    [InlineData("America/Los_Angeles", "2026-12-01T07:59:59Z", "2026-12-01T08:00:00Z")]
    [InlineData("America/Los_Angeles", "2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z")] // 23 hours.
    [InlineData("America/Los_Angeles", "2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z")] // 25 hours.
    [InlineData("Africa/Cairo", "2026-04-23T21:59:59Z", "2026-04-23T22:00:00Z")] // Midnight of the 24th does not exist.
    public void UntilAtMost_Day_EndsAtNextMidnightOfZone(string zone, string now, string end)
    {
        var counter = new CalendarCounter(TimeSpan.FromDays(1), TimeZoneInfo.FindSystemTimeZoneById(zone));
        counter.Add(At(now), 1);
        Assert.Equal(Utc(end) - Utc(now), counter.UntilAtMost(At(now), 0));
        Assert.Equal(1, counter.Used(new Moment(0, Utc(end).AddTicks(-1))));
        Assert.Equal(0, counter.Used(At(end)));
    }

    [Theory]
    [InlineData("2026-11-22T12:34:56Z", "2026-11-22T12:35:00Z")]
    [InlineData("2026-11-22T12:35:00Z", "2026-11-22T12:36:00Z")]
    public void UntilAtMost_Minute_EndsAtFullMinute(string now, string end)
    {
        var counter = new CalendarCounter(TimeSpan.FromMinutes(1), TimeZoneInfo.Utc);
        counter.Add(At(now), 1);
        Assert.Equal(Utc(end) - Utc(now), counter.UntilAtMost(At(now), 0));
    }

    [Fact]
    public void Used_RandomArrivals_EqualsSumSinceMidnight()
    {
        var random = new Random(1);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/Los_Angeles");
        var counter = new CalendarCounter(TimeSpan.FromDays(1), zone);
        var arrivals = new List<(DateTime Day, long Amount)>();
        for (var now = Utc("2026-01-01T00:00:00Z"); now.Year == 2026; now += TimeSpan.FromMinutes(random.Next(1, 900)))
        {
            var day = TimeZoneInfo.ConvertTime(now, zone).Date;
            arrivals.Add((day, random.Next(0, 9)));
            counter.Add(new Moment(0, now), arrivals[^1].Amount);
            Assert.Equal(arrivals.Where(arrival => arrival.Day == day).Sum(arrival => arrival.Amount), counter.Used(new Moment(0, now)));
        }
    }

    [Fact]
    public void Used_ClockSetBackOverMidnight_ForgetsNothing()
    {
        var counter = new CalendarCounter(TimeSpan.FromDays(1), TimeZoneInfo.Utc);
        counter.Add(At("2026-11-23T00:00:01Z"), 5);
        Assert.Equal(5, counter.Used(At("2026-11-22T23:59:59Z")));
        Assert.Equal(5, counter.Used(At("2026-11-23T00:00:02Z")));
    }

    private static Moment At(string utc) => new(0, Utc(utc));

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
