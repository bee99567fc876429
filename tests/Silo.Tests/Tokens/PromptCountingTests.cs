using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Tokens;
using ThotNet.Routing;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Tests.Tokens;

/// <summary>Prompts are counted only where a budget needs it.</summary>
public sealed class PromptCountingTests
{
    [Theory]
    [InlineData(BudgetMetric.Requests, false)]
    [InlineData(BudgetMetric.Tokens, true)]
    [InlineData(BudgetMetric.InputTokens, true)]
    [InlineData(BudgetMetric.OutputTokens, false)]
    [InlineData(BudgetMetric.ConcurrentRequests, false)]
    [InlineData(BudgetMetric.Cost, true)]
    public void IsNeeded_OneBudget_DependsOnWhatItCounts(BudgetMetric metric, bool needed) =>
        Assert.Equal(needed, new PromptCounting(new Catalog([], [Quota("a"), Quota("b", metric)])).IsNeeded);

    [Fact]
    public void Tokenizer_LimitsChange_ComesAndGoes()
    {
        var catalog = new Catalog([], [Quota("a", BudgetMetric.Requests)]);
        var counting = new PromptCounting(catalog);
        Assert.Null(counting.Tokenizer);

        catalog.Quotas.Replace([Quota("a", BudgetMetric.Requests, BudgetMetric.Tokens)]);
        Assert.Same(PromptTokenizer.Shared, counting.Tokenizer);

        catalog.Quotas.Replace([Quota("a")]);
        Assert.Null(counting.Tokenizer);
    }

    private static QuotaDefinition Quota(string key, params BudgetMetric[] metrics) =>
        new(key, metrics.Select(metric => new BudgetDefinition(metric, 1, TimeSpan.FromMinutes(1), BudgetKind.Rolling)).ToImmutableArray());
}
