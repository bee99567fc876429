using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Grains.Abstractions.Routing;

/// <summary>What one silo saw of one target since its last report, and the state of its circuit.</summary>
/// <param name="Target">Id of the target: <c>provider/upstream model</c>.</param>
/// <param name="Served">Requests answered completely since the last report.</param>
/// <param name="Failed">Attempts failed by the provider's fault since the last report.</param>
/// <param name="ClosedFor">How long this silo keeps its circuit open from now; zero when it is closed.</param>
/// <param name="Disabled">The model is gone or the key was refused; the reason in words for operators, or null.</param>
[GenerateSerializer, Immutable, Alias("thotnet.TargetReport")]
public sealed record TargetReport(string Target, long Served, long Failed, TimeSpan ClosedFor, string? Disabled);

/// <summary>A silo's report to the router, sent every second.</summary>
/// <param name="Silo">Address and incarnation of the silo.</param>
/// <param name="Targets">One entry for each target.</param>
/// <param name="KnownTable">Number of the table the silo holds, 0 for none.</param>
[GenerateSerializer, Immutable, Alias("thotnet.SiloReport")]
public sealed record SiloReport(string Silo, ImmutableArray<TargetReport> Targets, long KnownTable);

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
    QuotaSnapshot? Quota);

/// <summary>The router's advice, immutable and numbered. Routing is advice, leases are law.</summary>
/// <param name="Number">Grows with every table.</param>
/// <param name="MadeAt">When it was made, by the router's clock.</param>
/// <param name="Targets">All configured targets, in the order of configuration.</param>
[GenerateSerializer, Immutable, Alias("thotnet.RouteTable")]
public sealed record RouteTable(long Number, DateTimeOffset MadeAt, ImmutableArray<TargetRoute> Targets);
