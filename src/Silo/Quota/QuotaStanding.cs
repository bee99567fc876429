using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>Where a quota stands, as far as this silo knows.</summary>
/// <param name="Snapshot">What the authority said last. It counts what this silo holds as gone.</param>
/// <param name="InHand">What this silo may still reserve without asking; add it to what the snapshot says is left.</param>
/// <param name="Age">How long ago the authority said so.</param>
public readonly record struct QuotaStanding(QuotaSnapshot Snapshot, QuotaAmounts InHand, TimeSpan Age);
