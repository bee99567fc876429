using System.Collections.Immutable;

namespace ThotNet.Grains.Abstractions.Quota;

/// <summary>Where one budget stands at a moment.</summary>
/// <param name="Definition">The limit.</param>
/// <param name="Used">Spent in the current window, settled or reported.</param>
/// <param name="Outstanding">Held by leases whose use is not known yet.</param>
/// <param name="Remaining">Limit less used and outstanding, at least 0.</param>
/// <param name="ResetsIn">
/// Until the next amount comes back (rolling), the window ends (calendar) or the bucket is empty (leaky); zero when nothing is spent.
/// </param>
[GenerateSerializer, Immutable, Alias("thotnet.BudgetSnapshot")]
public sealed record BudgetSnapshot(BudgetDefinition Definition, long Used, long Outstanding, long Remaining, TimeSpan ResetsIn)
{
    /// <summary>
    /// The part of <see cref="Used"/> that is not ours: the provider said that less was left than we had counted. Somebody else uses the account, or
    /// the provider counts otherwise.
    /// </summary>
    [Id(5)]
    public long UsedByOthers { get; init; }

    /// <summary>The provider's own limit where it said one below the configured amount; null otherwise. It is kept to.</summary>
    [Id(6)]
    public long? ProviderLimit { get; init; }

    /// <summary>
    /// How much will be free when, if nobody uses it: more with each entry, at a later time, and more than <see cref="Remaining"/>; the last one is the
    /// whole amount. A dozen entries at most; empty when all is free or nobody asked. These are the times that the authority tells those whom it
    /// refuses: what leases hold, but is not known to be used, may be back by the next poll.
    /// </summary>
    [Id(7)]
    public ImmutableArray<BudgetRelease> Releases { get; init; } = [];
}

/// <summary>An amount of a budget that will be free.</summary>
/// <param name="After">In how long, from the moment of the snapshot.</param>
/// <param name="Free">How much is free then.</param>
[GenerateSerializer, Immutable, Alias("thotnet.BudgetRelease")]
public readonly record struct BudgetRelease(TimeSpan After, long Free);

/// <summary>Where a quota stands at a moment.</summary>
/// <param name="Key">The quota, for example <c>provider/openrouter/default</c>.</param>
/// <param name="Budgets">One entry a budget, in the order of configuration.</param>
/// <param name="ClosedFor">How long the provider has closed the quota from now; zero when it is open.</param>
/// <param name="ClosedReason">Why it is closed, or null.</param>
[GenerateSerializer, Immutable, Alias("thotnet.QuotaSnapshot")]
public sealed record QuotaSnapshot(string Key, ImmutableArray<BudgetSnapshot> Budgets, TimeSpan ClosedFor, string? ClosedReason)
{
    /// <summary>The authority has lost state and waits for what every live silo has spent.</summary>
    [Id(4)]
    public bool Learning { get; init; }
}
