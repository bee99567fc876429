using System.Text.Json;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Routing.Prices;

namespace ThotNet.Routing.Tests.Prices;

public sealed class DemandForecastTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private readonly DemandForecast _forecast = new();
    private DateTimeOffset _now = Midnight;

    [Fact]
    public void Expected_NothingCame_IsNothing() => Assert.Equal(0, _forecast.Expected(Midnight, Hour));

    [Fact]
    public void Expected_HoursNeverSeen_IsThreeTimesTheBusiestHalfHour()
    {
        // Two requests a second for an hour, then nearly none for three.
        Run(Hour, each: 10);
        Run(3 * Hour, each: 0);

        Assert.Equal(3 * 2 * 3600, _forecast.Expected(_now, Hour), 3 * 2 * 3600 * 0.01);
        Assert.Equal(3 * 2 * 3600 * 4, _forecast.Expected(_now, 4 * Hour), 3 * 2 * 3600 * 4 * 0.01);
    }

    [Fact]
    public void Expected_BusierThanEver_IsThreeTimesThePresentRate()
    {
        Run(Hour, each: 5);
        Run(TimeSpan.FromMinutes(25), each: 50);
        var rate = _forecast.Rate(_now);

        Assert.InRange(rate, 5, 10);
        var unknown = _forecast.Expected(_now, 2 * Hour) - _forecast.Expected(_now, Hour);
        Assert.Equal(3 * rate * 3600, unknown, 1.5);
    }

    [Fact]
    public void Expected_WholeDaysSeen_FollowsTheDay()
    {
        RunDays(3);

        // Now it is midnight: 12 quiet hours, then 12 busy ones with four times as many.
        var (night, day) = (_forecast.Expected(_now, 6 * Hour), _forecast.Expected(_now, 18 * Hour) - _forecast.Expected(_now, 12 * Hour));
        Assert.Equal(4, day / night, 0.05);
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(100, 2)]
    [InlineData(0, 0.5)]
    public void Expected_DayUnlikeThoseBefore_IsAtMostTwofoldEitherWay(long each, double level)
    {
        RunDays(3);
        Run(6 * Hour, each);

        // At 06:00, what follows until noon was 1 a second.
        Assert.Equal(level * 5 * 3600, _forecast.Expected(_now, 5 * Hour), level * 5 * 3600 * 0.1);
    }

    [Fact]
    public void Rate_BurstOfSeconds_CountsAsOfAMinute()
    {
        _forecast.Take(0, Midnight);
        _forecast.Take(120, Midnight.AddSeconds(1));

        Assert.Equal(2, _forecast.Rate(Midnight.AddSeconds(1)), 0.05);
    }

    [Fact]
    public void Rate_Steady_IsTheRate()
    {
        Run(3 * Hour, each: 10);

        Assert.Equal(2, _forecast.Rate(_now), 0.05);
        Assert.Equal(2 * Math.Exp(-2), _forecast.Rate(_now + Hour), 0.05);
    }

    [Fact]
    public void Profile_HalfHourOfWhichAPartWasSeen_StaysUnknown()
    {
        _now = Midnight.AddMinutes(20);
        Run(TimeSpan.FromMinutes(45), each: 10);

        Assert.Equal(48, _forecast.Profile.Rates.Length);
        Assert.Equal(-1, _forecast.Profile.Rates[0]);
        Assert.Equal(2, _forecast.Profile.Rates[1], 0.02);
        Assert.All(_forecast.Profile.Rates.Skip(2), rate => Assert.Equal(-1, rate));
    }

    [Fact]
    public void Profile_NobodyReportedForHours_LearnsNothingOfThem()
    {
        Run(TimeSpan.FromMinutes(31), each: 10);
        _now += 5 * Hour;
        Run(TimeSpan.FromMinutes(1), each: 10);

        Assert.Equal(2, _forecast.Profile.Rates[0], 0.02);
        Assert.All(_forecast.Profile.Rates.Skip(1), rate => Assert.Equal(-1, rate));
    }

    [Fact]
    public void Profile_StoredAndRestored_IsTheSame()
    {
        RunDays(1);
        var restored = new DemandForecast();
        restored.Restore(JsonSerializer.Deserialize<DayProfile>(JsonSerializer.Serialize(_forecast.Profile))!);

        Assert.Equal(_forecast.Profile.Rates, restored.Profile.Rates);
        Assert.InRange(restored.Expected(Midnight, TimeSpan.FromDays(1)), 12 * 3600 * 4.9, 12 * 3600 * 5.7);
    }

    [Theory]
    [InlineData()]
    [InlineData(double.NaN, double.PositiveInfinity, double.NegativeInfinity, -7.0)]
    [InlineData(double.MaxValue, 1e300, 1e-300)]
    [InlineData(0.0, 0.0, 0.0)]
    public void Restore_Garbage_ExpectsNothingThatIsNotANumber(params double[] rates)
    {
        _forecast.Restore(new([.. rates]));
        Run(Hour, each: 10);

        Assert.Equal(48, _forecast.Profile.Rates.Length);
        Assert.DoesNotContain(_forecast.Profile.Rates, double.IsNaN);
        Assert.False(double.IsNaN(_forecast.Expected(_now, TimeSpan.FromDays(1))));
        Assert.True(_forecast.Expected(_now, TimeSpan.FromDays(1)) >= 0);
    }

    [Fact]
    public void Restore_TooLong_TakesADay()
    {
        _forecast.Restore(new([.. Enumerable.Range(0, 100).Select(slot => (double)slot)]));

        Assert.Equal(Enumerable.Range(0, 48).Select(slot => (double)slot), _forecast.Profile.Rates);
    }

    private void RunDays(int days)
    {
        for (var day = 0; day < days; day++)
        {
            Run(12 * Hour, each: 5);
            Run(12 * Hour, each: 20);
        }
    }

    private void Run(TimeSpan time, long each)
    {
        for (var end = _now + time; _now < end;)
        {
            _forecast.Take(0, _now);
            _now += Step;
            _forecast.Take(each, _now);
        }
    }
}
