using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Grains.Abstractions.Routing;

/// <summary>
/// What one silo saw of one target since it started, and the state of its circuit. Running totals, so that a report that is lost or repeated changes nothing.
/// </summary>
/// <param name="Target">Id of the target: <c>provider/upstream model</c>.</param>
/// <param name="Served">Requests answered completely.</param>
/// <param name="Failed">Attempts failed by the provider's fault.</param>
/// <param name="ClosedFor">How long this silo keeps its circuit open from now; zero when it is closed.</param>
/// <param name="Disabled">The model is gone or the key was refused; the reason in words for operators, or null.</param>
[GenerateSerializer, Immutable, Alias("thotnet.TargetReport")]
public sealed record TargetReport(string Target, long Served, long Failed, TimeSpan ClosedFor, string? Disabled)
{
    /// <summary>Time from the start of an attempt to its first event, averaged over the newest ones; null while too few are known.</summary>
    [Id(5)]
    public TimeSpan? Latency { get; init; }
}

/// <summary>A silo's report to the router, sent every second.</summary>
/// <param name="Silo">Address and incarnation of the silo.</param>
/// <param name="Targets">One entry for each target.</param>
/// <param name="KnownTable">Number of the table the silo holds, 0 for none.</param>
[GenerateSerializer, Immutable, Alias("thotnet.SiloReport")]
public sealed record SiloReport(string Silo, ImmutableArray<TargetReport> Targets, long KnownTable)
{
    /// <summary>What was asked for since the demand of the number before; never default.</summary>
    [Id(3)]
    public ImmutableArray<DemandReport> Demand { get; init; } = [];

    /// <summary>
    /// Number of <see cref="Demand"/>: it grows by one once the router has answered. The repeat of what was not answered carries the number of the first, so
    /// that it counts once.
    /// </summary>
    [Id(4)]
    public long DemandNumber { get; init; }
}

/// <summary>What the cluster knows of one target.</summary>
/// <param name="Target">Id of the target: <c>provider/upstream model</c>.</param>
/// <param name="ConfiguredShare">The operator's share, normalised over all targets to a sum of 1.</param>
/// <param name="AchievedShare">The part of all answers that it served since the router started; 0 before the first.</param>
/// <param name="Served">Requests it answered since the router started.</param>
/// <param name="Failed">Attempts that it failed since the router started.</param>
/// <param name="ClosedFor">How long nobody should send to it, from the moment the table was made; zero when it is open.</param>
/// <param name="ClosedReason">Why it is closed, in words for operators, or null.</param>
/// <param name="Quota">Where its budgets stand, or null when the authority did not answer.</param>
[GenerateSerializer, Immutable, Alias("thotnet.TargetRoute")]
public sealed record TargetRoute(
    string Target,
    double ConfiguredShare,
    double AchievedShare,
    long Served,
    long Failed,
    TimeSpan ClosedFor,
    string? ClosedReason,
    QuotaSnapshot? Quota)
{
    /// <summary>What it costs to spend its quota.</summary>
    [Id(8)]
    public QuotaPrices Prices { get; init; }

    /// <summary>The share that prices leave it of the requests expected next; the configured one while nothing is scarce.</summary>
    [Id(9)]
    public double EffectiveShare { get; init; } = ConfiguredShare;

    /// <summary>Time to the first event, averaged over the silos; null while nobody knows.</summary>
    [Id(10)]
    public TimeSpan? Latency { get; init; }

    /// <summary>It answers much slower than it used to: others are preferred while they have headroom.</summary>
    [Id(11)]
    public bool Degraded { get; init; }
}

/// <summary>The router's advice, immutable and numbered. Routing is advice, leases are law.</summary>
/// <param name="Number">Grows with every table.</param>
/// <param name="MadeAt">When it was made, by the router's clock.</param>
/// <param name="Targets">All configured targets, in the order of configuration.</param>
[GenerateSerializer, Immutable, Alias("thotnet.RouteTable")]
public sealed record RouteTable(long Number, DateTimeOffset MadeAt, ImmutableArray<TargetRoute> Targets)
{
    /// <summary>
    /// By how much the price of a target with headroom must be above that of one without before it is better to wait for the latter; infinite while
    /// all that is expected can be served.
    /// </summary>
    [Id(3)]
    public double WaitAbove { get; init; } = double.PositiveInfinity;
}
