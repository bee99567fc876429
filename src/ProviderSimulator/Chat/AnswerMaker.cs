using System.Globalization;
using System.Text.RegularExpressions;

namespace ThotNet.ProviderSimulator.Chat;

/// <summary>
/// The model: a deterministic function of the prompt. Markers in the last user message steer it: <c>[[tokens=37]]</c> sets the length
/// (default 16, at most 100,000, cut at the completion budget), <c>[[tool]]</c> and <c>[[tool=2]]</c> ask for one or more calls of the
/// given tools (at most 16), as a <c>tool_choice</c> of <c>required</c> or a name does.
/// </summary>
internal static partial class AnswerMaker
{
    private const int DefaultTokens = 16;

    // Mixed lengths in characters and bytes, with 1 to 4 bytes a character, so that cutting anywhere can hit a character.
    private static readonly string[] Words =
    [
        "a", "of", "the", "quota", "river", "straße", "naïve", "señor", "Ωμέγα", "привет", "記憶", "水", "안녕하세요", "नमस्ते", "😀",
        "👩‍🚀", "lease", "café", "window", "\"quoted\"", "back\\slash", "tab\there", "line\nbreak", "<tag>", "&", "𝔘nicode", "deterministic", "x",
    ];

    public static Answer Make(ChatCall call)
    {
        var random = new SplitMix(call.Seed);
        var id = Hex(ref random);
        var wanted = Math.Clamp(Number(TokensMarker().Match(call.LastUserText)) ?? DefaultTokens, 1, 100_000);
        var calls = ToolCalls(call, ref random);
        if (calls.Length > 0)
            return new Answer(id, [], calls, Math.Min(wanted, call.CompletionBudget), "tool_calls");
        var pieces = call.JsonMode ? JsonPieces(call, wanted, ref random) : TextPieces(wanted, ref random);
        return pieces.Length <= call.CompletionBudget
            ? new Answer(id, pieces, [], pieces.Length, "stop")
            : new Answer(id, pieces[..call.CompletionBudget], [], call.CompletionBudget, "length");
    }

    /// <summary>The id of the answer to a call, without the answer.</summary>
    public static string Id(ChatCall call)
    {
        var random = new SplitMix(call.Seed);
        return Hex(ref random);
    }

    private static ToolCall[] ToolCalls(ChatCall call, ref SplitMix random)
    {
        var marker = ToolMarker().Match(call.LastUserText);
        if (call.Tools.Count == 0 || call.ToolsForbidden || (call.ForcedTool is null && !marker.Success))
            return [];
        var calls = new ToolCall[Math.Clamp(Number(marker) ?? 1, 1, 16)];
        for (var i = 0; i < calls.Length; i++)
        {
            var tool = call.Tools.FirstOrDefault(tool => tool.Name == call.ForcedTool) is { Name: not null } named
                ? named
                : call.Tools[i % call.Tools.Count];
            var id = $"call_{Hex(ref random)}";
            calls[i] = new ToolCall(id, tool.Name, SchemaSample.Make(tool.Parameters, Word(ref random)));
        }

        return calls;
    }

    private static string[] TextPieces(int count, ref SplitMix random)
    {
        var pieces = new string[count];
        for (var i = 0; i < count; i++)
            pieces[i] = i == 0 ? Word(ref random) : " " + Word(ref random);
        return pieces;
    }

    /// <summary>A JSON object cut into at most <paramref name="wanted"/> pieces between characters.</summary>
    private static string[] JsonPieces(ChatCall call, int wanted, ref SplitMix random)
    {
        var text = SchemaSample.Make(call.Schema, string.Concat(TextPieces(wanted, ref random)));
        var characters = StringInfo.ParseCombiningCharacters(text);
        var count = Math.Min(wanted, characters.Length);
        var cuts = Enumerable.Range(0, count + 1)
            .Select(i => i == count ? text.Length : characters[(int)((long)i * characters.Length / count)]).ToArray();
        return [.. Enumerable.Range(0, count).Select(i => text[cuts[i]..cuts[i + 1]])];
    }

    private static string Hex(ref SplitMix random) => random.Next().ToString("x16", CultureInfo.InvariantCulture);

    private static string Word(ref SplitMix random) => Words[random.Next() % (ulong)Words.Length];

    private static int? Number(Match match) =>
        int.TryParse(match.Groups["n"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    [GeneratedRegex(@"\[\[tokens=(?<n>\d{1,9})\]\]")]
    private static partial Regex TokensMarker();

    [GeneratedRegex(@"\[\[tool(=(?<n>\d{1,9}))?\]\]")]
    private static partial Regex ToolMarker();
}
