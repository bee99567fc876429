using System.Text.Json.Serialization;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Quota;

/// <summary>
/// All that the authority of a quota must remember. It is written whole with each grant, so it is small: settled use is kept in at most
/// some 120 buckets a budget, a lease only until it is settled or past.
/// </summary>
/// <remarks>
/// Stored as JSON by the System.Text.Json serializer (names of properties are the format), and moved between silos by the Orleans
/// serializer (the ids are the format). Only add to it; raise <see cref="CurrentVersion"/> when older code would misread it.
/// </remarks>
[GenerateSerializer, Alias("thotnet.QuotaState")]
public sealed class QuotaState
{
    /// <summary>The version that this code writes, and the highest it reads.</summary>
    public const int CurrentVersion = 2;

    /// <summary>The version it was written with.</summary>
    [Id(0)]
    public int Version { get; set; } = CurrentVersion;

    /// <summary>The silo that last decided over it: when it changes, the clock changes.</summary>
    [Id(1)]
    public string? Author { get; set; }

    /// <summary>The highest lease number so far.</summary>
    [Id(2)]
    public long LastLease { get; set; }

    /// <summary>Until when the provider takes nothing; in the past when it is open.</summary>
    [Id(3)]
    public DateTimeOffset ClosedUntil { get; set; }

    /// <summary>Why, in words for operators.</summary>
    [Id(4)]
    public string? ClosedReason { get; set; }

    /// <summary>Leases that are not settled and not past.</summary>
    [Id(5)]
    public List<LeaseRecord> Leases { get; set; } = [];

    /// <summary>The silos that asked lately.</summary>
    [Id(6)]
    public List<SiloRecord> Silos { get; set; } = [];

    /// <summary>Settled amounts by <see cref="Budgets.Budget.StateKey"/>.</summary>
    [Id(7)]
    public Dictionary<string, List<Bucket>> Settled { get; set; } = [];

    /// <summary>The part of it that others used.</summary>
    [Id(8)]
    public Dictionary<string, List<Bucket>> Others { get; set; } = [];

    /// <summary>The provider's own limits.</summary>
    [Id(9)]
    public List<LimitRecord> Limits { get; set; } = [];

    /// <summary>Leases up to this number may not be reserved from any more.</summary>
    [Id(10)]
    public long RevokedThrough { get; set; }

    /// <summary>Since when the silos are asked what was spent; null when all is known.</summary>
    [Id(11)]
    public DateTimeOffset? LearningSince { get; set; }

    /// <summary>Leases above this number may be unknown because state was lost.</summary>
    [Id(12)]
    public long LearnsAbove { get; set; }

    /// <summary>The latest moment at which something was decided: a clock that is set back does not bring it back.</summary>
    [Id(13)]
    public DateTimeOffset DecidedAt { get; set; }
}

/// <summary>A provider's own limit.</summary>
[GenerateSerializer, Alias("thotnet.LimitRecord")]
public sealed class LimitRecord
{
    /// <summary>What it counts.</summary>
    [Id(0)]
    public BudgetMetric Metric { get; set; }

    /// <summary>Length of its window.</summary>
    [Id(1)]
    public TimeSpan Window { get; set; }

    /// <summary>The limit, at least 1.</summary>
    [Id(2)]
    public long Limit { get; set; }

    /// <summary>When the provider last said so.</summary>
    [Id(3)]
    public DateTimeOffset SaidAt { get; set; }
}

/// <summary>A lease as the authority knows it.</summary>
[GenerateSerializer, Alias("thotnet.LeaseRecord")]
public sealed class LeaseRecord
{
    /// <summary>Number of the lease.</summary>
    [Id(0)]
    public long Id { get; set; }

    /// <summary>Who holds it.</summary>
    [Id(1)]
    public string Silo { get; set; } = "";

    /// <summary>When it was granted.</summary>
    [Id(2)]
    public DateTimeOffset GrantedAt { get; set; }

    /// <summary>How long reservations may be made from it.</summary>
    [Id(3)]
    public TimeSpan Lifetime { get; set; }

    /// <summary>What was granted.</summary>
    [Id(4)]
    public QuotaAmounts Amounts { get; set; }

    /// <summary>What was reported as used: settled and in flight.</summary>
    [Id(5)]
    public QuotaAmounts Used { get; set; }

    /// <summary>The reported <see cref="LeaseReport.LastUse"/>.</summary>
    [Id(6)]
    public TimeSpan LastUse { get; set; }

    /// <summary>Whether the silo makes no further reservation.</summary>
    [Id(7)]
    public bool Closed { get; set; }

    /// <summary>How far its times may be off because the authority changed.</summary>
    [Id(8)]
    public TimeSpan Slack { get; set; }

    /// <summary>The reported <see cref="LeaseReport.Refunded"/>.</summary>
    [Id(9)]
    public QuotaAmounts Refunded { get; set; }

    /// <summary>When its silo was last heard; not stored, because silence is counted anew by each authority.</summary>
    [field: NonSerialized]
    [JsonIgnore]
    public DateTimeOffset HeardAt { get; set; }
}

/// <summary>A silo as the authority knows it.</summary>
[GenerateSerializer, Alias("thotnet.SiloRecord")]
public sealed class SiloRecord
{
    /// <summary>Address and incarnation.</summary>
    [Id(0)]
    public string Silo { get; set; } = "";

    /// <summary>Number of its last question.</summary>
    [Id(1)]
    public long Sequence { get; set; }

    /// <summary>When it last asked.</summary>
    [Id(2)]
    public DateTimeOffset SeenAt { get; set; }

    /// <summary>The lease that answered its last question, or 0.</summary>
    [Id(3)]
    public long Lease { get; set; }

    /// <summary>Why its last question was refused.</summary>
    [Id(4)]
    public LeaseRefusal Refusal { get; set; }

    /// <summary>When another try may succeed.</summary>
    [Id(5)]
    public DateTimeOffset RetryAt { get; set; }

    /// <summary>Whether waiting for that is hopeless.</summary>
    [Id(6)]
    public bool DayExhausted { get; set; }
}

/// <summary>Settled amounts of one budget that cease to count together.</summary>
[GenerateSerializer, Alias("thotnet.Bucket")]
public sealed class Bucket
{
    /// <summary>
    /// Milliseconds since 1970: the latest moment of use (rolling), the start of the window (calendar), or from when it drains (leaky).
    /// </summary>
    [Id(0)]
    public long At { get; set; }

    /// <summary>How much; in a leaky bucket the level at that moment.</summary>
    [Id(1)]
    public long Amount { get; set; }
}
