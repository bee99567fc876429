namespace ThotNet.Routing.Budgets;

/// <summary>An amount that a provider may have counted at any moment of an interval.</summary>
/// <param name="From">The earliest moment, by the authority's clock.</param>
/// <param name="To">The latest moment; never before <paramref name="From"/>.</param>
/// <param name="Amount">How much, at least 0.</param>
public readonly record struct Charge(DateTimeOffset From, DateTimeOffset To, long Amount);
