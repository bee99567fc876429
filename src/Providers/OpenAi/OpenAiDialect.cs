using System.Net.Http.Headers;
using System.Text.Json;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Failures;
using ThotNet.Providers.Json;
using ThotNet.Routing;

namespace ThotNet.Providers.OpenAi;

/// <summary>In what a provider's wire format differs from OpenAI's. Immutable and shared.</summary>
public abstract class OpenAiDialect
{
    /// <summary>Any server that speaks OpenAI's format, Google's compatible endpoint among them (wire.md 4.1): only common fields are sent.</summary>
    public static OpenAiDialect Generic { get; } = new GenericDialect();

    /// <summary>OpenRouter (wire.md 2): takes everything, ignores what it does not know.</summary>
    public static OpenAiDialect OpenRouter { get; } = new OpenRouterDialect();

    /// <summary>Groq (wire.md 3): refuses what it does not know.</summary>
    public static OpenAiDialect Groq { get; } = new GroqDialect();

    /// <summary>The field in which the provider wants the limit of output tokens.</summary>
    internal abstract JsonEncodedText OutputCapField { get; }

    /// <summary>Usage comes at the end of a stream only if it is asked for.</summary>
    internal virtual bool AsksForUsage => false;

    /// <summary>The role <c>developer</c> is known; otherwise it becomes <c>system</c>.</summary>
    internal virtual bool KnowsDeveloper => false;

    /// <summary>The word <c>default</c> is known as a reasoning effort (wire.md 3.4); elsewhere it is said by leaving the field out.</summary>
    internal virtual bool KnowsDefaultEffort => false;

    /// <summary>A finish reason of <c>stop</c> may follow tool calls (wire.md 4.1).</summary>
    internal virtual bool StopsAfterToolCalls => true;

    /// <summary>How the provider's rate-limit headers are read. Of which windows they speak differs, so that most tell no more than that a limit is spent.</summary>
    internal virtual RateLimitHeaders LimitHeaders => new(null, null);

    /// <summary>Whether a top-level field goes to the provider. Those that the gateway writes itself are not asked about.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">Its value as it stands in the body.</param>
    /// <param name="needs">What the request needs: a field that the caller cannot do without is always sent.</param>
    internal bool Forwards(RequestField field, ReadOnlySpan<byte> value, Capabilities needs) => field switch
    {
        // Such a field may also ask for nothing, as n of 1 does; some providers refuse it even then (wire.md 3.4).
        RequestField.ParallelToolCalls => needs.HasFlag(Capabilities.Tools),
        RequestField.Logprobs or RequestField.TopLogprobs => needs.HasFlag(Capabilities.LogProbs),
        RequestField.LogitBias => needs.HasFlag(Capabilities.LogitBias),
        RequestField.N => needs.HasFlag(Capabilities.ManyChoices),
        RequestField.Temperature or RequestField.TopP or RequestField.Stop or RequestField.Seed or RequestField.FrequencyPenalty
            or RequestField.PresencePenalty or RequestField.ResponseFormat => true,

        // The order of models is the gateway's own work.
        RequestField.Models or RequestField.Route => false,
        RequestField.ReasoningEffort when JsonBytes.Is(value, "default"u8) => KnowsDefaultEffort,
        _ => ForwardsExtra(field, value, needs),
    };

    /// <summary>Whether a field that not every provider takes goes to this one.</summary>
    internal abstract bool ForwardsExtra(RequestField field, ReadOnlySpan<byte> value, Capabilities needs);

    /// <summary>Whether the field of a message that the reader stands on goes to the provider.</summary>
    internal abstract bool ForwardsInMessage(ref Utf8JsonReader reader);

    /// <summary>Adds the provider's own headers.</summary>
    internal virtual void AddHeaders(HttpRequestHeaders headers)
    {
    }

    /// <summary>Classifies a failure by this provider's own signs.</summary>
    /// <returns>Null to go by the status alone.</returns>
    internal abstract Verdict? Judge(FailureFacts facts);
}
