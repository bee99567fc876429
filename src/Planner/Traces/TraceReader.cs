using System.Globalization;

namespace ThotNet.Planner.Traces;

/// <summary>Reads traces in the form of the Azure LLM inference traces: <c>TIMESTAMP,ContextTokens,GeneratedTokens</c>, oldest first.</summary>
public static class TraceReader
{
    /// <summary>The most tokens that a prompt or an answer may have: 10 million.</summary>
    internal const int MostTokens = 10_000_000;

    private const string Header = "TIMESTAMP,ContextTokens,GeneratedTokens";

    private static readonly string[] TimeFormats = ["yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFFzzz"];

    /// <summary>Reads at most <paramref name="limit"/> requests.</summary>
    /// <exception cref="FormatException">The trace is empty, not readable, or not in order of time; the message names the line, the header being line 1.</exception>
    public static RequestTrace Read(TextReader reader, int limit = int.MaxValue)
    {
        if (reader.ReadLine()?.Trim() != Header) throw Refusal(1, $"expected the header {Header}");
        var entries = new List<TraceEntry>();
        DateTimeOffset first = default, last = default;
        for (var line = 2; entries.Count < limit && reader.ReadLine() is { } text; line++)
        {
            var (time, context, generated) = ReadLine(line, text);
            if (entries.Count == 0) first = last = time;
            if (time < last) throw Refusal(line, "earlier than the line before it");
            last = time;
            entries.Add(new TraceEntry(time - first, context, generated));
        }

        return entries.Count > 0 ? new(first, entries) : throw Refusal(2, "no requests");
    }

    private static (DateTimeOffset Time, int Context, int Generated) ReadLine(int line, string text)
    {
        var fields = text.Split(',');
        if (fields.Length != 3) throw Refusal(line, $"{fields.Length} fields instead of 3");
        if (!DateTimeOffset.TryParseExact(fields[0].Trim(), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            throw Refusal(line, $"no time of the form 2023-11-16 18:15:46.6805900: '{fields[0]}'");
        }

        return (time, ReadTokens(line, fields[1]), ReadTokens(line, fields[2]));
    }

    private static FormatException Refusal(int line, string problem) => new($"line {line}: {problem}");

    private static int ReadTokens(int line, string field) =>
        int.TryParse(field.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) && tokens <= MostTokens
            ? tokens
            : throw Refusal(line, $"no number of tokens from 0 to {MostTokens}: '{field}'");
}
