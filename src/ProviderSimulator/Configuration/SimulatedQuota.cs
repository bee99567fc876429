namespace ThotNet.ProviderSimulator.Configuration;

/// <summary>What a quota counts.</summary>
public enum QuotaMetric
{
    /// <summary>Requests that arrive with a valid key.</summary>
    Requests,

    /// <summary>Tokens; when they are charged depends on <see cref="SimulatedQuota.Kind"/>.</summary>
    Tokens,
}

/// <summary>How the window of a quota moves.</summary>
public enum QuotaKind
{
    /// <summary>Any interval of the window's length, counted exactly.</summary>
    Rolling,

    /// <summary>Capacity comes back continuously (wire.md 3.2).</summary>
    LeakyBucket,

    /// <summary>Fixed windows aligned to midnight of a time zone.</summary>
    Calendar,
}

/// <summary>What happens when a quota is full.</summary>
public enum QuotaMode
{
    /// <summary>The request is refused, and counted as overspend.</summary>
    Enforce,

    /// <summary>The request is served, and counted as overspend: a second judge that never changes an answer.</summary>
    Observe,

    /// <summary>The quota does not exist.</summary>
    Off,
}

/// <summary>One limit of an account (of an account and a model where <see cref="ProviderSimulation.QuotasPerModel"/>).</summary>
public sealed record SimulatedQuota
{
    /// <summary>What is counted. Default: requests.</summary>
    public QuotaMetric Metric { get; init; }

    /// <summary>The limit for one window, 0 to 10^12. Nothing is admitted at 0.</summary>
    public long Amount { get; init; }

    /// <summary>
    /// Length of the window, 1 ms to 7 days; a calendar window must divide a day. Quotas of an hour and more are spoken of as daily ones,
    /// shorter ones as minute ones. Default: one minute.
    /// </summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How the window moves. Default: rolling.</summary>
    public QuotaKind Kind { get; init; }

    /// <summary>IANA name of the zone of calendar windows. Default: UTC.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>What happens when it is full. Default: requests are refused.</summary>
    public QuotaMode Mode { get; init; }

    /// <summary>True for windows of an hour and more.</summary>
    internal bool IsDaily => Window >= TimeSpan.FromHours(1);

    /// <summary>What is wrong with the definition, or null.</summary>
    internal string? Problem() => this switch
    {
        { Amount: < 0 or > 1_000_000_000_000 } => "Amount must be 0 to 10^12.",
        _ when Window < TimeSpan.FromMilliseconds(1) || Window > TimeSpan.FromDays(7) => "Window must be 1 ms to 7 days.",
        { Kind: QuotaKind.LeakyBucket, Amount: 0 } => "A leaky bucket needs an Amount of at least 1.",
        { Kind: QuotaKind.Calendar } when TimeSpan.TicksPerDay % Window.Ticks != 0 => "A calendar Window must divide a day.",
        { Kind: QuotaKind.Calendar } when !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _) => $"Unknown TimeZone '{TimeZone}'.",
        _ => null,
    };
}
