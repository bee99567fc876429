using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using ThotNet.ProviderSimulator.Gemini;

namespace ThotNet.ProviderSimulator.Tests.Gemini;

/// <summary>Whatever JSON comes, the native rules find it right or say what is wrong; they never throw.</summary>
public class RobustnessTests
{
    private static readonly string[] Names =
    [
        "contents", "role", "parts", "text", "functionCall", "functionResponse", "name", "args", "response", "tools", "functionDeclarations",
        "parameters", "parametersJsonSchema", "toolConfig", "functionCallingConfig", "mode", "allowedFunctionNames", "generationConfig",
        "responseSchema", "responseJsonSchema", "responseMimeType", "thinkingConfig", "thinkingBudget", "systemInstruction", "type",
        "properties", "items", "anyOf", "required", "enum", "$ref", "$defs", "thoughtSignature", "inlineData", "data", "mimeType", "stopSequences",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1.5", "\"\"", "\"f\"", "\"user\"", "\"model\"", "\"OBJECT\"", "\"#\"", "\"application/json\"", "[]", "{}",
        "[null]", "[\"f\"]", "[{}]", "[[]]", "{\"f\":{}}",
    ];

    private static readonly string Valid = Native.Request(more: Native.Tools + """
        ,"systemInstruction":{"parts":[{"text":"s"}]},"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},
        "generationConfig":{"temperature":1,"stopSequences":["x"],"responseMimeType":"application/json","thinkingConfig":{"thinkingLevel":"LOW"},
        "responseJsonSchema":{"type":"object","properties":{"a":{"$ref":"#/$defs/x"}},"required":["a"],"$defs":{"x":{"enum":["y"]}}}}
        """);

    private static readonly Gen<(int Place, string Name, string Value)[]> Changes =
        Gen.Select(Gen.Int[0, 1000], Gen.OneOf([.. Names.Select(name => Gen.Const(name))]), Gen.OneOf([.. Values.Select(value => Gen.Const(value))])).Array[1, 4];

    [Fact]
    public void Check_ChangedRequests_NeverThrows() => Changes.MustHold(
        changes =>
        {
            var request = JsonNode.Parse(Valid)!;
            foreach (var (place, name, value) in changes)
                Change(request, place, name, JsonNode.Parse(value));
            using var document = JsonDocument.Parse(request.ToJsonString());
            foreach (var generation in Enum.GetValues<ModelGeneration>())
            {
                var problem = ShapeReader.Read(document.RootElement, Shapes.Generate, out var read) ?? Rules.Check(read, generation);
                if (problem is null)
                    Assert.True(GenerateAnswer.Make(GenerateCallReader.Read(read, "gemini-3.6-flash", false)).Candidates.Count > 0);
                else
                    Assert.NotEmpty(problem.Message);
            }
        },
        iter: 2000);

    [Fact]
    public async Task Check_TheRequestThatIsChanged_IsValid() => await Native.AssertAccepted(Valid);

    /// <summary>Sets a field of one of the request's objects, found by counting.</summary>
    private static void Change(JsonNode request, int place, string name, JsonNode? value)
    {
        var objects = Objects(request).ToList();
        objects[place % objects.Count][name] = value;
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject value => value.SelectMany(entry => Objects(entry.Value)).Prepend(value),
        JsonArray list => list.SelectMany(Objects),
        _ => [],
    };
}
