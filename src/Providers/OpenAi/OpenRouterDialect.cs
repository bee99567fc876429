using System.Net.Http.Headers;
using System.Text.Json;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Failures;
using ThotNet.Routing;

namespace ThotNet.Providers.OpenAi;

/// <summary>OpenRouter's differences (wire.md 2).</summary>
internal sealed class OpenRouterDialect : OpenAiDialect
{
    // The app that OpenRouter attributes the traffic to (wire.md 2.1).
    private const string Referer = "http://localhost:8080";
    private const string Title = "ThotNet";

    internal override JsonEncodedText OutputCapField { get; } = JsonEncodedText.Encode("max_tokens");

    internal override bool KnowsDeveloper => true;

    internal override bool StopsAfterToolCalls => false;

    internal override bool ForwardsExtra(RequestField field, ReadOnlySpan<byte> value, Capabilities needs) => true;

    internal override bool ForwardsInMessage(ref Utf8JsonReader reader) => true;

    internal override void AddHeaders(HttpRequestHeaders headers)
    {
        headers.TryAddWithoutValidation("HTTP-Referer", Referer);
        headers.TryAddWithoutValidation("X-OpenRouter-Title", Title);
    }

    internal override Verdict? Judge(FailureFacts facts) => OpenRouterFailures.Judge(facts);
}
