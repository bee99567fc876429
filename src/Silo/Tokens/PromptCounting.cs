using ThotNet.Providers.Tokens;
using ThotNet.Routing;

namespace ThotNet.Silo.Tokens;

/// <summary>Says whether prompts have to be counted: only where a budget of a provider or a caller counts them, now or since the limits were changed.</summary>
public sealed class PromptCounting(Catalog catalog)
{
    /// <summary>What counts prompts, or null when nobody needs it.</summary>
    public PromptTokenizer? Tokenizer => catalog.Quotas.CountPrompts ? PromptTokenizer.Shared : null;
}
