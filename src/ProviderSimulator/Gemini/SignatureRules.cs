using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Dialects;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>
/// Thought signatures: models from Gemini 3 on sign the first call of a turn and want to see the signature again (wire.md rule 19). A
/// signature is a hash of the call, so that one moved to another call, or made up, is found out.
/// </summary>
internal static class SignatureRules
{
    /// <summary>What callers who lost a signature may send, as it is or as base64.</summary>
    public const string Dummy = "skip_thought_signature_validator";

    private static readonly string DummyBase64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(Dummy));

    /// <summary>The signature of a call, the same however the arguments' fields are ordered.</summary>
    public static string Sign(string name, JsonObject? args) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{Sorted(args ?? [])!.ToJsonString(Wire.Json)}")));

    public static Problem? Check(JsonObject request, ModelGeneration generation)
    {
        foreach (var (index, content) in Rules.Objects(request["contents"]).Index())
        {
            if (CheckTurn(content, index, generation) is { } problem)
                return problem;
        }

        return null;
    }

    private static Problem? CheckTurn(JsonObject content, int index, ModelGeneration generation)
    {
        var first = true;
        foreach (var (position, part) in Rules.Objects(content["parts"]).Index())
        {
            var signature = (string?)part["thoughtSignature"];
            if (part["functionCall"] is not JsonObject call)
            {
                if (signature is not null && signature != Dummy && !Rules.IsBase64(signature))
                    return new($"Invalid value at 'contents[{index}].parts[{position}].thought_signature' (TYPE_BYTES)");
                continue;
            }

            if (signature is null && first && generation == ModelGeneration.Gemini3)
                return Missing((string)call["name"]!, turn: index + 1);
            if (signature is not null && signature != Dummy && signature != DummyBase64
                && signature != Sign((string)call["name"]!, call["args"]?.AsObject()))
                return new("Corrupted thought signature.");
            first = false;
        }

        return null;
    }

    private static Problem Missing(string name, int turn) => new(
        "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing "
        + $"thought_signature may lead to degraded model performance. Additional data, function call `default_api:{name}` , position {turn}. "
        + "Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.");

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject value => new JsonObject(value.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => KeyValuePair.Create(entry.Key, Sorted(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
