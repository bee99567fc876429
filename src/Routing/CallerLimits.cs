using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing;

/// <summary>The limits of callers' keys.</summary>
/// <param name="Own">The quotas of callers that have limits of their own; one without budgets says that nothing limits this caller.</param>
/// <param name="OfOthers">The limits of every other key, each for itself; empty when nothing limits them.</param>
public sealed record CallerLimits(ImmutableArray<QuotaDefinition> Own, ImmutableArray<BudgetDefinition> OfOthers)
{
    private const string KeyPrefix = "key/";

    /// <summary>Nothing limits any caller.</summary>
    public static CallerLimits None { get; } = new([], []);

    /// <summary>The quota of a caller: <c>key/ID</c>.</summary>
    /// <param name="caller">Id of the caller's key, as the gateway tells it.</param>
    public static string QuotaKeyOf(string caller) => KeyPrefix + caller;

    /// <summary>Limits of the quota of a caller; nothing is learnt, because nobody charges us for what callers may spend.</summary>
    /// <param name="quotaKey">From <see cref="QuotaKeyOf"/>.</param>
    /// <param name="budgets">The limits.</param>
    public static QuotaDefinition Define(string quotaKey, ImmutableArray<BudgetDefinition> budgets) => new(quotaKey, budgets) { Learns = false };

    /// <summary>Whether a quota limits a caller's key.</summary>
    public static bool IsCallers(string quotaKey) => quotaKey.StartsWith(KeyPrefix, StringComparison.Ordinal);

    /// <summary>What metrics call a quota: callers' keys are without number, and a series for each would be too, so that all of them are <c>key</c>.</summary>
    public static string LabelOf(string quotaKey) => IsCallers(quotaKey) ? "key" : quotaKey;
}
