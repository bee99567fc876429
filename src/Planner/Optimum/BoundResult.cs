using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Planner.Optimum;

/// <summary>How much any choice of targets could serve, even one that knows all requests beforehand.</summary>
/// <param name="Requests">No more requests than these can be served.</param>
/// <param name="Exact">The value of the linear program before rounding down.</param>
/// <param name="Elapsed">How long it took to find.</param>
/// <param name="Prices">What each budget is worth, in the order of the catalog.</param>
public sealed record BoundResult(int Requests, double Exact, TimeSpan Elapsed, ImmutableArray<BudgetPrice> Prices);

/// <summary>What more of a budget would bring.</summary>
/// <param name="Quota">Key of its quota.</param>
/// <param name="Definition">The limit.</param>
/// <param name="Price">By how many requests the bound would rise for one more unit in each of its windows; 0 when the budget never binds.</param>
public sealed record BudgetPrice(string Quota, BudgetDefinition Definition, double Price);
