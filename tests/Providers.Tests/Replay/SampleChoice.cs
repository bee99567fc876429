using CsCheck;

namespace ThotNet.Providers.Tests.Replay;

/// <summary>What a model says in one choice, in the pieces in which it says it.</summary>
/// <param name="Thoughts">Reasoning.</param>
/// <param name="Texts">Content.</param>
/// <param name="Refusals">Refusal.</param>
/// <param name="Calls">Arguments of each tool call.</param>
/// <param name="Images">Number of images.</param>
/// <param name="HasLogProbs">Each piece of content has log probabilities.</param>
/// <param name="Reason">Finish reason, as OpenAI has it.</param>
public sealed record SampleChoice(string[] Thoughts, string[] Texts, string[] Refusals, string[][] Calls, int Images, bool HasLogProbs, string Reason)
{
    private static readonly string[] Fragments =
    [
        "a", "word ", "\"", "\\", "/", "\n", "\r\n\r\n", "\t", "\u0001", "\u2028", "é", "日本", "😀", "👩‍👩‍👧", "\\u", "\\ud83d", "}", "]}", "{}", "</b>", "'&+<>",
        ",\"usage\":null}\n\n", "\n\ndata: [DONE]\n\n", ",\"choices\":[],\"usage\":{", "a line that is long enough to be cut into more than one piece of a replay",
        "ééééééééééééééééééééééééééééééééé", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
    ];

    private static readonly Gen<string> Text = Gen.OneOf(Fragments).Array[1, 4].Select(string.Concat);

    private static readonly Gen<string[]> Texts0 = Text.Array[0, 4];

    /// <summary>One to three choices.</summary>
    public static readonly Gen<SampleChoice[]> Choices = Gen.Select(
        Sometimes(Texts0),
        Texts0,
        Sometimes(Texts0),
        Sometimes(Texts0.Array[0, 3]),
        Gen.Int[0, 2],
        Gen.Bool,
        Gen.OneOf("stop", "length", "content_filter", "tool_calls"),
        (thoughts, texts, refusals, calls, images, logProbs, reason) =>
            new SampleChoice(thoughts, texts, refusals, calls, images, logProbs, reason)).Array[1, 3];

    public string Content => string.Concat(Texts);

    public string Reasoning => string.Concat(Thoughts);

    public string Refusal => string.Concat(Refusals);

    private static Gen<T[]> Sometimes<T>(Gen<T[]> gen) => Gen.Bool.SelectMany(any => any ? gen : Gen.Const(Array.Empty<T>()));
}
