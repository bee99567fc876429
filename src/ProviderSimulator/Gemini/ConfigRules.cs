using System.Globalization;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>The rules of <c>generationConfig</c> (wire.md 4.2), some of which depend on the model's generation.</summary>
internal static class ConfigRules
{
    private const int MaxThinkingBudget = 32_768;

    private static readonly (string Field, double Least, double Most)[] Ranges =
    [
        ("temperature", 0, 2), ("topP", 0, 1), ("topK", 1, int.MaxValue), ("candidateCount", 1, 8), ("maxOutputTokens", 1, int.MaxValue),
        ("presencePenalty", -2, 2), ("frequencyPenalty", -2, 2), ("logprobs", 0, 20),
    ];

    public static Problem? Check(JsonObject request, ModelGeneration generation) => request["generationConfig"] is JsonObject config
        ? CheckRanges(config) ?? CheckFormat(config, request, generation) ?? CheckThinking(config["thinkingConfig"] as JsonObject, generation)
        : null;

    private static Problem? CheckRanges(JsonObject config)
    {
        foreach (var (field, least, most) in Ranges)
        {
            if (config[field] is JsonValue value && Number(value) is var number && !(number >= least && number <= most))
            {
                return new($"* GenerateContentRequest.generation_config.{Field.Text(field).ProtoName}: must be in the range "
                    + string.Create(CultureInfo.InvariantCulture, $"[{least}, {most}], got {number}\n"));
            }
        }

        if (Rules.Texts(config["stopSequences"]).Count() is > 5 and var count)
            return new($"The number of stop sequences ({count}) exceeds the maximum of 5.");
        return config.ContainsKey("logprobs") && (bool?)config["responseLogprobs"] is not true
            ? new("* GenerateContentRequest.generation_config.logprobs: needs response_logprobs to be true\n")
            : null;
    }

    private static double Number(JsonValue value) => value.TryGetValue<int>(out var integer) ? integer : (double)value;

    private static Problem? CheckFormat(JsonObject config, JsonObject request, ModelGeneration generation)
    {
        var mime = (string?)config["responseMimeType"] ?? "text/plain";
        if (mime is not ("text/plain" or "application/json" or "text/x.enum"))
        {
            return new("* GenerateContentRequest.generation_config.response_mime_type: allowed mimetypes are `text/plain`, "
                + "`application/json` and `text/x.enum`.\n");
        }

        var (schema, json) = (config["responseSchema"] as JsonObject, config["responseJsonSchema"]);
        if (schema is not null && config.ContainsKey("responseJsonSchema"))
            return new("Only one of response_schema and response_json_schema must be set.");
        if (mime == "text/plain" && (schema is not null || config.ContainsKey("responseJsonSchema")))
        {
            return new("* GenerateContentRequest.generation_config.response_mime_type: response schema is only supported with a JSON "
                + "response mime type\n");
        }

        if (mime == "application/json" && generation != ModelGeneration.Gemini3 && Rules.Declarations(request).Any())
            return new("Function calling with a response mime type: 'application/json' is unsupported");
        if (schema is not null)
            return SchemaRules.Check(schema, "generation_config.response_schema");
        return json is not null ? JsonSchemaRules.Check(json, "generation_config.response_json_schema") : null;
    }

    private static Problem? CheckThinking(JsonObject? thinking, ModelGeneration generation)
    {
        var (budget, level) = ((int?)thinking?["thinkingBudget"], (string?)thinking?["thinkingLevel"]);
        return generation switch
        {
            _ when thinking is null => null,
            ModelGeneration.Gemini2 => new("Thinking is not supported for this model."),
            _ when budget is not null && level is not null => new("You can only set only one of thinking budget and thinking level."),
            ModelGeneration.Gemini25 when level is not null => new("Thinking level is not supported for this model."),
            ModelGeneration.Gemini3 when budget is not null => new("Thinking budget is not supported for this model. Please use thinking level."),
            _ when budget is < -1 or > MaxThinkingBudget =>
                new($"The thinking budget {budget} is invalid. Please choose a value between 0 and {MaxThinkingBudget}, or -1."),
            _ => null,
        };
    }
}
