using ThotNet.Providers.Gemini;
using ThotNet.Providers.Tests.OpenAi;

namespace ThotNet.Providers.Tests.Gemini.Answers;

/// <summary>Google's answers in pieces (wire.md 4.3).</summary>
internal static class GeminiSamples
{
    public const string Plain = "\"stream\":true";

    public const string WithUsage = "\"stream\":true,\"stream_options\":{\"include_usage\":true}";

    public const string Usage = """{"promptTokenCount":9,"candidatesTokenCount":13,"thoughtsTokenCount":302,"totalTokenCount":324}""";

    public static AdapterFixture Fixture() => new(new GeminiAdapter(AdapterFixture.Endpoint));

    public static string Candidate(string parts, string? finish = null, int? index = null, string more = "") =>
        $$"""{"content":{"parts":[{{parts}}],"role":"model"}"""
        + (finish is null ? "" : $",\"finishReason\":\"{finish}\"")
        + (index is null ? "" : $",\"index\":{index}")
        + more + "}";

    public static string Answer(string candidates, string more = "") =>
        $$"""{"candidates":[{{candidates}}]{{more}},"modelVersion":"gemini-x","responseId":"r1"}""";

    public static string Text(string text) => $$"""{"text":"{{text}}"}""";

    public static string Thought(string text) => $$"""{"text":"{{text}}","thought":true}""";

    public static string Call(string name, string args = "{}", string more = "") =>
        $$"""{"functionCall":{"name":"{{name}}","args":{{args}}}{{more}}}""";
}
