using System.Net.Http.Headers;
using System.Text.Json;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Failures;
using ThotNet.Routing;

namespace ThotNet.Providers.OpenAi;

/// <summary>OpenRouter's differences (wire.md 2).</summary>
internal sealed class OpenRouterDialect : OpenAiDialect
{
    /// <summary>The app's address that OpenRouter attributes the traffic to (wire.md 2.1).</summary>
    public const string Referer = "http://localhost:8080";

    /// <summary>The app's name that OpenRouter attributes the traffic to.</summary>
    public const string Title = "ThotNet";

    /// <inheritdoc/>
    public override string Name => "OpenRouter";

    internal override JsonEncodedText OutputCapField { get; } = JsonEncodedText.Encode("max_tokens");

    internal override bool KnowsDeveloper => true;

    internal override bool StopsAfterToolCalls => false;

    // Order of models is the gateway's own work, and usage always comes (wire.md 2.1, 2.2).
    internal override bool Forwards(RequestField field, ReadOnlySpan<byte> value, Capabilities needs) =>
        field is not (RequestField.Models or RequestField.Route);

    internal override bool ForwardsInMessage(ref Utf8JsonReader reader) => true;

    internal override void AddHeaders(HttpRequestHeaders headers)
    {
        headers.TryAddWithoutValidation("HTTP-Referer", Referer);
        headers.TryAddWithoutValidation("X-OpenRouter-Title", Title);
    }

    internal override Verdict? Judge(FailureFacts facts) => OpenRouterFailures.Judge(facts);
}
