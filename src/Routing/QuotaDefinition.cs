using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing;

/// <summary>All budgets that share one authority.</summary>
/// <param name="Key">The quota's key, for example <c>provider/openrouter/default</c>.</param>
/// <param name="Budgets">The limits; none means that nothing limits it.</param>
public sealed record QuotaDefinition(string Key, ImmutableArray<BudgetDefinition> Budgets);
