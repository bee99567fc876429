using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Dialects;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>Picks out of a native request, already found valid, what decides its answer.</summary>
internal static class GenerateCallReader
{
    /// <summary>Tokens thought where the caller says nothing of it.</summary>
    private const int DefaultThoughts = 8;

    private const int MostThoughts = 16;

    public static GenerateCall Read(JsonObject request, string model, bool stream)
    {
        var config = request["generationConfig"] as JsonObject ?? [];
        var thinking = config["thinkingConfig"] as JsonObject ?? [];
        var generation = ModelGenerations.Of(model);
        return new GenerateCall
        {
            Chat = Chat(request, config, model, stream),
            Generation = generation,
            Candidates = (int?)config["candidateCount"] ?? 1,
            Thoughts = Thoughts(thinking, model, generation),
            IncludeThoughts = (bool?)thinking["includeThoughts"] is true,
            TopLogprobs = (bool?)config["responseLogprobs"] is true ? (int?)config["logprobs"] ?? 0 : null,
        };
    }

    /// <summary>Tokens as at the other providers: of texts, calls, results and tools, 4 for each content, 85 for what is no text.</summary>
    public static Tokenizer Count(JsonObject request)
    {
        var tokenizer = new Tokenizer();
        foreach (var content in Rules.Objects(request["contents"]).Prepend(request["systemInstruction"] as JsonObject).OfType<JsonObject>())
        {
            tokenizer.AddMessage();
            foreach (var part in Rules.Objects(content["parts"]))
                Count(part, ref tokenizer);
        }

        if (request["tools"] is JsonArray tools)
            tokenizer.AddText(tools.ToJsonString(Wire.Json));
        return tokenizer;
    }

    private static void Count(JsonObject part, ref Tokenizer tokenizer)
    {
        if ((string?)part["text"] is { } text)
        {
            tokenizer.AddText(text);
        }
        else if (part["functionCall"] is JsonObject call)
        {
            tokenizer.AddText((string)call["name"]!);
            tokenizer.AddText(call["args"]?.ToJsonString(Wire.Json) ?? "{}");
        }
        else if (part["functionResponse"] is JsonObject response)
        {
            tokenizer.AddText(response["response"]!.ToJsonString(Wire.Json));
        }
        else
        {
            tokenizer.AddOther();
        }
    }

    private static ChatCall Chat(JsonObject request, JsonObject config, string model, bool stream)
    {
        var tokenizer = Count(request);
        var calling = request["toolConfig"]?["functionCallingConfig"] as JsonObject ?? [];
        var allowed = Rules.Texts(calling["allowedFunctionNames"]).ToHashSet();
        return new ChatCall
        {
            Model = model,
            Stream = stream,
            PromptTokens = tokenizer.Tokens,
            CompletionBudget = (int?)config["maxOutputTokens"] ?? ChatCallReader.DefaultCompletionTokens,
            Seed = tokenizer.Hash,
            LastUserText = LastUserText(request),
            Tools = [.. Rules.Declarations(request).Where(tool => allowed.Count == 0 || allowed.Contains((string)tool["name"]!))
                .Select(tool => new ToolSpec((string)tool["name"]!, Schema(tool["parameters"] ?? tool["parametersJsonSchema"])))],
            ForcedTool = (string?)calling["mode"] == "ANY" ? "*" : null,
            ToolsForbidden = (string?)calling["mode"] == "NONE",
            JsonMode = (string?)config["responseMimeType"] is not (null or "text/plain"),
            Schema = Schema(config["responseSchema"] ?? config["responseJsonSchema"]),
        };
    }

    private static JsonElement Schema(JsonNode? schema) => schema is null ? default : JsonSerializer.SerializeToElement(schema);

    private static string LastUserText(JsonObject request)
    {
        var last = Rules.Objects(request["contents"]).LastOrDefault(content =>
            (string?)content["role"] is null or "user" && !Rules.Objects(content["parts"]).All(part => part.ContainsKey("functionResponse")));
        return string.Concat(Rules.Objects(last?["parts"]).Select(part => (string?)part["text"]));
    }

    private static int Thoughts(JsonObject thinking, string model, ModelGeneration generation) => generation switch
    {
        ModelGeneration.Gemini2 => 0,
        ModelGeneration.Gemini3 => (string?)thinking["thinkingLevel"] switch
        {
            "MINIMAL" => 0,
            "LOW" => 4,
            "HIGH" => MostThoughts,
            _ => DefaultThoughts,
        },
        _ => (int?)thinking["thinkingBudget"] switch
        {
            -1 => DefaultThoughts,
            { } budget => Math.Min(budget, MostThoughts),

            // The small models of this generation think only when they are asked to.
            null => model.Contains("lite", StringComparison.Ordinal) ? 0 : DefaultThoughts,
        },
    };
}
