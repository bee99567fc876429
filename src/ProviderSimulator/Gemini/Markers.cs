using System.Text.RegularExpressions;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>
/// Markers in the last user message beside those of <see cref="Chat.AnswerMaker"/>. <c>[[blocked]]</c> or <c>[[blocked=OTHER]]</c>: the
/// prompt is blocked. <c>[[finish=SAFETY]]</c>, with any reason: the answer has no content, or the text of <c>[[tokens=N]]</c> if that is
/// given too, and ends with that reason. <c>[[malformed]]</c>: it ends with <c>MALFORMED_FUNCTION_CALL</c> and no content.
/// </summary>
internal static partial class Markers
{
    public static string? BlockReason(string text) =>
        Blocked().Match(text) is { Success: true } match ? match.Groups["reason"] is { Success: true } reason ? reason.Value : "SAFETY" : null;

    public static string? FinishReason(string text) =>
        text.Contains("[[malformed]]", StringComparison.Ordinal)
            ? "MALFORMED_FUNCTION_CALL"
            : Finish().Match(text) is { Success: true } match ? match.Groups["reason"].Value : null;

    public static bool HasLength(string text) => text.Contains("[[tokens=", StringComparison.Ordinal);

    [GeneratedRegex(@"\[\[blocked(=(?<reason>[A-Z_]{1,64}))?\]\]")]
    private static partial Regex Blocked();

    [GeneratedRegex(@"\[\[finish=(?<reason>[A-Z_0-9]{1,64})\]\]")]
    private static partial Regex Finish();
}
