using System.Net.Http.Headers;
using System.Text.Json;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Failures;
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

    /// <summary>The dialect of that name, in any case, or null: <c>Generic</c>, <c>OpenRouter</c>, <c>Groq</c>.</summary>
    public static OpenAiDialect? Find(string name) =>
        new[] { Generic, OpenRouter, Groq }.FirstOrDefault(dialect => dialect.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The dialect's name in the configuration.</summary>
    public abstract string Name { get; }

    /// <summary>The field in which the provider wants the limit of output tokens.</summary>
    internal abstract JsonEncodedText OutputCapField { get; }

    /// <summary>Usage comes at the end of a stream only if it is asked for.</summary>
    internal virtual bool AsksForUsage => false;

    /// <summary>The role <c>developer</c> is known; otherwise it becomes <c>system</c>.</summary>
    internal virtual bool KnowsDeveloper => false;

    /// <summary>A finish reason of <c>stop</c> may follow tool calls (wire.md 4.1).</summary>
    internal virtual bool StopsAfterToolCalls => true;

    /// <summary>Whether a top-level field goes to the provider. Those that the gateway writes itself are not asked about.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">Its value as it stands in the body.</param>
    /// <param name="needs">What the request needs: a field that the caller cannot do without is always sent.</param>
    internal abstract bool Forwards(RequestField field, ReadOnlySpan<byte> value, Capabilities needs);

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
