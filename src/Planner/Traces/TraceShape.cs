using System.Collections.Immutable;

namespace ThotNet.Planner.Traces;

/// <summary>How the rate of a trace changes over the day.</summary>
public enum TraceCurve
{
    /// <summary>The times stay as they were recorded.</summary>
    Flat,

    /// <summary>Quiet nights and busy afternoons: least at 04:00, most at 16:00 of each day, days beginning with the trace.</summary>
    Diurnal,
}

/// <summary>A part of a trace.</summary>
/// <param name="From">Its start, from the first request.</param>
/// <param name="To">Its end; requests at that very time do not belong to it.</param>
public readonly record struct TraceSlice(TimeSpan From, TimeSpan To);

/// <summary>What is made of a recorded trace before it is simulated, in this order: slice, stretch, curve, size.</summary>
/// <param name="Stretch">Factor on all times; 0.01 to 10,000.</param>
/// <param name="Curve">The curve that the rate follows.</param>
/// <param name="TokensScale">Factor on all numbers of tokens; 0.0001 to 1000.</param>
/// <param name="Slice">The part that is kept, its first request at time 0; null for all of it.</param>
public sealed record TraceShape(double Stretch = 1, TraceCurve Curve = TraceCurve.Flat, double TokensScale = 1, TraceSlice? Slice = null)
{
    /// <summary>The smallest <see cref="Stretch"/>.</summary>
    public const double LeastStretch = 0.01;

    /// <summary>The largest <see cref="Stretch"/>.</summary>
    public const double MostStretch = 10_000;

    /// <summary>The smallest <see cref="TokensScale"/>.</summary>
    public const double LeastScale = 0.0001;

    /// <summary>The largest <see cref="TokensScale"/>.</summary>
    public const double MostScale = 1000;

    /// <summary>The longest shaped trace: 366 days.</summary>
    public static readonly TimeSpan LongestTrace = TimeSpan.FromDays(366);

    /// <summary>Makes the requests, in the order of their times. Numbers of tokens are rounded; every request has at least one in all.</summary>
    /// <exception cref="FormatException">Nothing is left of the trace, it is too long, or a request is too large; the message says which.</exception>
    public ImmutableArray<TraceEntry> Apply(IReadOnlyList<TraceEntry> entries)
    {
        var kept = Cut(entries);
        var start = kept[0].Offset;
        var length = (kept[^1].Offset - start).TotalDays * Stretch;
        if (length > LongestTrace.TotalDays) throw new FormatException($"stretched to {length:0} days; allowed: {LongestTrace.TotalDays:0} days");
        var last = StretchedTime(kept[^1].Offset - start);
        return [.. kept.Select(entry => Size(entry) with { Offset = Move(StretchedTime(entry.Offset - start), last) })];
    }

    private IReadOnlyList<TraceEntry> Cut(IReadOnlyList<TraceEntry> entries)
    {
        if (Slice is not { } slice) return entries;
        List<TraceEntry> kept = [.. entries.Where(entry => entry.Offset >= slice.From && entry.Offset < slice.To)];
        return kept.Count > 0 ? kept : throw new FormatException($"no requests from {slice.From:c} to {slice.To:c}; it ends at {entries[^1].Offset:c}");
    }

    private TimeSpan StretchedTime(TimeSpan time) => new((long)Math.Round(time.Ticks * Stretch));

    private TimeSpan Move(TimeSpan time, TimeSpan length) => Curve == TraceCurve.Diurnal ? DayCurve.Warp(time, length) : time;

    private TraceEntry Size(TraceEntry entry)
    {
        var (context, generated) = (Scaled(entry.ContextTokens), Scaled(entry.GeneratedTokens));
        if (Math.Max(context, generated) > TraceReader.MostTokens)
        {
            throw new FormatException($"the request at {entry.Offset:c} has more than {TraceReader.MostTokens} tokens when scaled");
        }

        return new(default, context + generated > 0 ? (int)context : 1, (int)generated);
    }

    private double Scaled(int tokens) => Math.Round(tokens * TokensScale, MidpointRounding.AwayFromZero);
}
