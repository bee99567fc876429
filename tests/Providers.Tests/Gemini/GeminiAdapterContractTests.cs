using ThotNet.Providers.Gemini;
using ThotNet.Providers.Tests.OpenAi;

namespace ThotNet.Providers.Tests.Gemini;

/// <summary>The contract in Google's words (wire.md 4).</summary>
public sealed class GeminiAdapterContractTests() : AdapterContract(new GeminiAdapter(AdapterFixture.Endpoint))
{
    private const string Usage = "\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":4,\"totalTokenCount\":7}";

    private const string Calls = """{"functionCall":{"name":"f","args":{"a":1}},"thoughtSignature":"c2ln"},{"functionCall":{"name":"g"}}""";

    protected override string PlainAnswer => Answer("""{"text":"Hel"},{"text":"lo"}""", ",\"finishReason\":\"STOP\"");

    protected override string ToolAnswer => Answer(Calls, ",\"finishReason\":\"STOP\"");

    protected override string CutAnswer => """{"candidates":[{"finishReason":"MAX_TOKENS","index":0}]}""";

    protected override string FilteredAnswer => """{"promptFeedback":{"blockReason":"SAFETY"}}""";

    protected override string[] TextStream =>
    [
        Answer("""{"text":"Hel"}"""),
        Answer("""{"text":"lo"}"""),
        Answer("""{"text":""}""", ",\"finishReason\":\"STOP\""),
    ];

    protected override string[] ToolStream => [Answer(Calls), Answer("""{"text":""}""", ",\"finishReason\":\"STOP\"")];

    protected override string StreamError => Error(500, "INTERNAL", "An internal error has occurred.").Body;

    protected override (int Status, string Body) RefusedKey =>
        Error(400, "INVALID_ARGUMENT", $"API key not valid: {AdapterFixture.Key}.", """{"reason":"API_KEY_INVALID"}""");

    protected override (int Status, string Body) GoneModel => Error(404, "NOT_FOUND", "models/x is not found for API version v1beta.");

    protected override (int Status, string Body) Throttle => Error(
        429, "RESOURCE_EXHAUSTED", "Quota.", """{"violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]},{"retryDelay":"4.5s"}""");

    protected override (int Status, string Body) SpentDay => Error(
        429, "RESOURCE_EXHAUSTED", "Quota.", """{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},{"retryDelay":"4.5s"}""");

    protected override (int Status, string Body) ServerError => Error(503, "UNAVAILABLE", "The model is overloaded.");

    protected override (int Status, string Body) LongPrompt =>
        Error(400, "INVALID_ARGUMENT", "The input token count (9) exceeds the maximum number of tokens allowed (8).");

    private static string Answer(string parts, string finish = "") =>
        $$"""{"candidates":[{"content":{"parts":[{{parts}}],"role":"model"}{{finish}}}],{{Usage}},"responseId":"r1"}""";

    private static (int Status, string Body) Error(int code, string status, string message, string details = "") =>
        (code, $$$"""{"error":{"code":{{{code}}},"message":"{{{message}}}","status":"{{{status}}}","details":[{{{details}}}]}}""");
}
