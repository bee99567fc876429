using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>What all rules of a native request share.</summary>
internal static class Rules
{
    /// <summary>The rules of a request for content, after its shape.</summary>
    public static Problem? Check(JsonObject request, ModelGeneration generation) =>
        ContentRules.Check(request) ?? TurnRules.Check(request) ?? SignatureRules.Check(request, generation) ?? ToolRules.Check(request)
        ?? ConfigRules.Check(request, generation);

    /// <summary>The objects in a list; none when it is missing.</summary>
    public static IEnumerable<JsonObject> Objects(JsonNode? list) => list?.AsArray().Select(item => item!.AsObject()) ?? [];

    public static IEnumerable<string> Texts(JsonNode? list) => list?.AsArray().Select(item => (string)item!) ?? [];

    /// <summary>All function declarations of a request.</summary>
    public static IEnumerable<JsonObject> Declarations(JsonObject request) =>
        Objects(request["tools"]).SelectMany(tool => Objects(tool["functionDeclarations"]));

    /// <summary>Standard base64 with its padding.</summary>
    public static bool IsBase64(string text) => text.Length > 0 && Convert.TryFromBase64String(text, new byte[text.Length], out _)
        && !text.Any(char.IsWhiteSpace);
}
