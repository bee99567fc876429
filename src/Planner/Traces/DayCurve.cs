namespace ThotNet.Planner.Traces;

/// <summary>
/// How the rate changes over a day in the shape <see cref="TraceCurve.Diurnal"/>: 1 + 0.8 sin(2 pi (t - 10 h) / 24 h) times the mean, so least at
/// 04:00 (a fifth) and most at 16:00 (nine fifths). Days begin with the trace.
/// </summary>
internal static class DayCurve
{
    private const double Swing = 0.8;
    private const double Day = TimeSpan.TicksPerDay;
    private const double MeanAt = 10 * (double)TimeSpan.TicksPerHour;

    /// <summary>
    /// Moves a time of even traffic to where the curve puts it. Every full day keeps its requests; what is left of the last day too, so the whole
    /// trace is as long as before.
    /// </summary>
    /// <param name="time">The time in a trace of even traffic.</param>
    /// <param name="length">The length of that trace; not below <paramref name="time"/>.</param>
    public static TimeSpan Warp(TimeSpan time, TimeSpan length)
    {
        var midnight = time.Ticks / TimeSpan.TicksPerDay * TimeSpan.TicksPerDay;
        var day = (double)Math.Min(length.Ticks - midnight, TimeSpan.TicksPerDay);
        return day == 0 ? time : new(midnight + (long)Math.Round(Invert((time.Ticks - midnight) * (Cumulated(day) / day), day)));
    }

    /// <summary>The part of a day's traffic that comes before a time of the day, 0 to 1.</summary>
    public static double PartBefore(TimeSpan time, TraceCurve curve) => (curve == TraceCurve.Diurnal ? Cumulated(time.Ticks) : time.Ticks) / Day;

    private static double Cumulated(double ticks) =>
        ticks - (Swing * Day / Math.Tau * (Math.Cos(Math.Tau * (ticks - MeanAt) / Day) - Math.Cos(Math.Tau * MeanAt / Day)));

    private static double DensityAt(double ticks) => 1 + (Swing * Math.Sin(Math.Tau * (ticks - MeanAt) / Day));

    // Newton's method, kept within what is known to lie around the solution; half a dozen steps.
    private static double Invert(double sought, double most)
    {
        var (low, high, at) = (0.0, most, Math.Min(sought, most));
        while (true)
        {
            var excess = Cumulated(at) - sought;
            (low, high) = excess > 0 ? (low, at) : (at, high);
            var next = at - (excess / DensityAt(at));
            if (next < low || next > high) next = (low + high) / 2;
            if (Math.Abs(next - at) < 0.25) return next;
            at = next;
        }
    }
}
