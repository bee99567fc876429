using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ThotNet.ProviderSimulator.Dialects;

/// <summary>A whole answer that is no stream.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The body.</param>
/// <param name="ContentType">Its type.</param>
internal sealed record Reply(int Status, string Body, string ContentType = "application/json")
{
    /// <summary>Headers of this answer beside those that the dialect gives to every one.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public static Reply Of(int status, JsonNode body) => new(status, body.ToJsonString(Wire.Json));

    /// <summary>The same with its body in an array of one.</summary>
    public Reply InArray() => this with { Body = $"[{Body}]" };
}

/// <summary>What a piece of a stream is.</summary>
internal enum StreamPart
{
    /// <summary>A comment: no data for the client.</summary>
    Comment,

    /// <summary>Data without answer text: roles, finish, usage, <c>[DONE]</c>.</summary>
    Frame,

    /// <summary>Data with a token, before which the model thinks.</summary>
    Token,

    /// <summary>Data that ends an answer, even one without any token.</summary>
    Finish,
}

/// <summary>One event of a stream, with its line ends.</summary>
internal readonly record struct StreamEvent(StreamPart Part, string Text)
{
    public static StreamEvent Done => new(StreamPart.Frame, "data: [DONE]\n\n");

    public static StreamEvent Frame(JsonNode data) => new(StreamPart.Frame, Line(data));

    public static StreamEvent Token(JsonNode data) => new(StreamPart.Token, Line(data));

    private static string Line(JsonNode data) => $"data: {data.ToJsonString(Wire.Json)}\n\n";
}

/// <summary>How JSON is written: as the providers do, with other scripts as they are, not as escapes.</summary>
internal static class Wire
{
    public static JsonSerializerOptions Json { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whole milliseconds of a wait, rounded up.</summary>
    public static long Milliseconds(TimeSpan wait) => (wait.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;

    /// <summary>Whole seconds of a wait, rounded up and at least 1, as <c>retry-after</c> has them.</summary>
    public static long Seconds(TimeSpan wait) => Math.Max(1, (wait.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);
}
