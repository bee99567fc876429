using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Gemini;
using ThotNet.Providers.Gemini.Requests;
using ThotNet.Providers.Gemini.Schemas;
using ThotNet.Routing;

namespace ThotNet.Providers.Tests.Gemini.Requests;

/// <summary>Translates requests for one generation of models after another.</summary>
internal static class GeminiSample
{
    public const string Gen1 = "gemini-1.5-flash";
    public const string Gen2 = "gemini-2.0-flash";
    public const string Flash25 = "gemini-2.5-flash";
    public const string Pro25 = "gemini-2.5-pro";
    public const string Flash3 = "gemini-3-flash-preview";
    public const string Pro3 = "models/gemini-3.1-pro-preview";

    public const string Hello = """{"role":"user","content":"hi"}""";

    public const int OutputCap = 777;

    // "skip_thought_signature_validator" in base64.
    public const string Dummy = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";

    public static readonly string[] Models = [Gen1, Gen2, Flash25, Pro25, Flash3, Pro3, "brand-new"];

    public static TargetDefinition Target(string model) => new("google", model, ImmutableArray<string>.Empty, 1, "q", Capabilities.None, OutputCap);

    public static ChatRequest Read(string body, string caller = "")
    {
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request, caller));
        return request!;
    }

    public static byte[] Write(ChatRequest request, string model, ThoughtMemory? memory = null)
    {
        var output = new ArrayBufferWriter<byte>();
        GeminiBody.Write(request, Target(model), memory ?? new ThoughtMemory(), output);
        return output.WrittenSpan.ToArray();
    }

    public static JsonObject Translate(string body, string model = Flash25, ThoughtMemory? memory = null, string caller = "") =>
        JsonNode.Parse(Write(Read(body, caller), model, memory), documentOptions: new JsonDocumentOptions { MaxDepth = 512 })!.AsObject();

    public static JsonObject TranslateMessages(string messages, string model = Flash25, ThoughtMemory? memory = null, string caller = "") =>
        Translate($$"""{"model":"auto","messages":[{{messages}}]}""", model, memory, caller);

    public static JsonObject TranslateWith(string fields, string model = Flash25) =>
        Translate($$"""{"model":"auto","messages":[{{Hello}}],{{fields}}}""", model);

    /// <summary>The schema of an answer, without the request around it.</summary>
    public static JsonObject WriteSchema(string schema, string model)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            GeminiSchema.WriteResponse(Encoding.UTF8.GetBytes(schema), GeminiGeneration.Of(model), writer);
            writer.WriteEndObject();
        }

        return JsonNode.Parse(output.WrittenSpan, documentOptions: new JsonDocumentOptions { MaxDepth = 512 })!.AsObject();
    }

    /// <summary>A pattern over and over, with the count in place of THIS and the next one in place of NEXT.</summary>
    public static string Many(int count, string pattern) => string.Join(',', Enumerable.Range(0, count).Select(i =>
        pattern.Replace("THIS", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("NEXT", (i + 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));

    /// <summary>The contents of a conversation.</summary>
    public static void AssertContents(string messages, string expected, string model = Flash25) =>
        AssertJson(expected, TranslateMessages(messages, model)["contents"]);

    /// <summary>The generation config, without the limit of output tokens that is always there.</summary>
    public static void AssertConfig(string fields, string expected, string model = Flash25)
    {
        var config = TranslateWith(fields, model)["generationConfig"]!.AsObject();
        Assert.Equal(OutputCap, (int?)config["maxOutputTokens"]);
        config.Remove("maxOutputTokens");
        AssertJson(expected, config);
    }

    public static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(expected), actual),
            $"expected {JsonNode.Parse(expected)?.ToJsonString()}\nbut was  {actual?.ToJsonString() ?? "nothing"}");
}
