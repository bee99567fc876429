using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Tokens;
using ThotNet.Routing;

namespace ThotNet.Silo.Tokens;

/// <summary>Says whether prompts have to be counted: only where a budget of some quota counts them, now or since the limits were changed.</summary>
public sealed class PromptCounting(Catalog catalog)
{
    // Swapped whole; made anew when the limits are others.
    private volatile Answer _answer = new(catalog.Quotas.All);

    /// <summary>What counts prompts, or null when nobody needs it.</summary>
    public PromptTokenizer? Tokenizer => IsNeeded ? PromptTokenizer.Shared : null;

    internal bool IsNeeded
    {
        get
        {
            var quotas = catalog.Quotas.All;
            if (_answer.Quotas != quotas)
            {
                _answer = new(quotas);
            }

            return _answer.IsNeeded;
        }
    }

    private sealed class Answer(ImmutableArray<QuotaDefinition> quotas)
    {
        public ImmutableArray<QuotaDefinition> Quotas => quotas;

        public bool IsNeeded { get; } = quotas.Any(quota => quota.Budgets.Any(CountsPrompts));

        private static bool CountsPrompts(BudgetDefinition budget) =>
            budget.Metric is BudgetMetric.Tokens or BudgetMetric.InputTokens or BudgetMetric.Cost;
    }
}
