using System.Text.Json;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Failures;
using ThotNet.Providers.Json;
using ThotNet.Routing;

namespace ThotNet.Providers.OpenAi;

/// <summary>Groq's differences (wire.md 3.4). It answers 400 to a field that it does not know, so only known ones are sent.</summary>
internal sealed class GroqDialect : OpenAiDialect
{
    internal override JsonEncodedText OutputCapField { get; } = JsonEncodedText.Encode("max_completion_tokens");

    internal override bool KnowsDefaultEffort => true;

    internal override bool StopsAfterToolCalls => false;

    internal override RateLimitHeaders LimitHeaders => GroqFailures.LimitHeaders;

    internal override bool ForwardsExtra(RequestField field, ReadOnlySpan<byte> value, Capabilities needs) => field switch
    {
        RequestField.ServiceTier => value is [(byte)'"', .. var tier, (byte)'"'] && IsTier(tier),
        RequestField.ReasoningEffort => IsEffort(value),
        RequestField.User or RequestField.ReasoningFormat or RequestField.IncludeReasoning or RequestField.SearchSettings
            or RequestField.Documents or RequestField.DisableToolValidation or RequestField.CitationOptions => true,
        _ => false,
    };

    // Clients send back whole answers, with fields such as refusal and annotations that Groq refuses.
    internal override bool ForwardsInMessage(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("role"u8) || reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("tool_calls"u8)
        || reader.ValueTextEquals("tool_call_id"u8) || reader.ValueTextEquals("reasoning"u8);

    internal override Verdict? Judge(FailureFacts facts) => GroqFailures.Judge(facts);

    private static bool IsTier(ReadOnlySpan<byte> tier) =>
        tier.SequenceEqual("auto"u8) || tier.SequenceEqual("on_demand"u8) || tier.SequenceEqual("flex"u8) || tier.SequenceEqual("performance"u8);

    private static bool IsEffort(ReadOnlySpan<byte> value) =>
        JsonBytes.Is(value, "none"u8) || JsonBytes.Is(value, "low"u8) || JsonBytes.Is(value, "medium"u8) || JsonBytes.Is(value, "high"u8);
}
