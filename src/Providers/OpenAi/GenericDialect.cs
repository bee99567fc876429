using System.Text.Json;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Failures;
using ThotNet.Routing;

namespace ThotNet.Providers.OpenAi;

/// <summary>What any server with an OpenAI-like API takes, Google's compatible endpoint among them (wire.md 1.1, 4.1).</summary>
internal sealed class GenericDialect : OpenAiDialect
{
    internal override JsonEncodedText OutputCapField { get; } = JsonEncodedText.Encode("max_tokens");

    internal override bool AsksForUsage => true;

    // An unknown name is a 400 at Google, so vendor extras and bookkeeping fields stay here.
    internal override bool ForwardsExtra(RequestField field, ReadOnlySpan<byte> value, Capabilities needs) => field switch
    {
        RequestField.ReasoningEffort => true,
        RequestField.Modalities => needs.HasFlag(Capabilities.Audio),
        _ => false,
    };

    // extra_content brings thought signatures back (wire.md 4.1).
    internal override bool ForwardsInMessage(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("role"u8) || reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("tool_calls"u8)
        || reader.ValueTextEquals("tool_call_id"u8) || reader.ValueTextEquals("name"u8) || reader.ValueTextEquals("extra_content"u8);

    // The only servers of this dialect with signs of their own are Google's; nobody else uses its words for a status.
    internal override Verdict? Judge(FailureFacts facts) => GoogleFailures.Judge(facts);
}
