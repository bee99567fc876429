using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Control;

/// <summary>Where one quota stands.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Account">The account.</param>
/// <param name="Model">The model, where quotas are per model; else empty.</param>
/// <param name="Name">The quota's name.</param>
/// <param name="Metric">What it counts.</param>
/// <param name="Kind">How its window moves.</param>
/// <param name="Window">Length of its window.</param>
/// <param name="Mode">What happens when it is full.</param>
/// <param name="Limit">The limit for one window.</param>
/// <param name="Used">What the provider holds against the account now: admitted requests only.</param>
/// <param name="Arrived">The judge's count now: everything that arrived, refused or not.</param>
/// <param name="WorstOverspend">
/// The most by which <paramref name="Arrived"/> ever exceeded what others had left of the limit at least 2 s before; 0 if it never did.
/// </param>
public sealed record QuotaState(
    string Provider,
    string Account,
    string Model,
    string Name,
    QuotaMetric Metric,
    QuotaKind Kind,
    TimeSpan Window,
    QuotaMode Mode,
    long Limit,
    long Used,
    long Arrived,
    long WorstOverspend)
{
    /// <summary>What other users of the account spent in the window (<c>POST /control/spend</c>); in <see cref="Used"/> too, not in <see cref="Arrived"/>.</summary>
    public long UsedByOthers { get; init; }

    internal static QuotaState Of(string provider, string account, string model, Quota quota, QuotaStanding standing) => new(
        provider,
        account,
        model,
        quota.Name,
        quota.Definition.Metric,
        quota.Definition.Kind,
        quota.Definition.Window,
        quota.Definition.Mode,
        quota.Definition.Amount,
        standing.Used,
        standing.Arrived,
        standing.WorstOverspend)
    {
        UsedByOthers = standing.UsedByOthers,
    };
}

/// <summary>Body of <c>POST /control/spend</c>: what another user of an account spends at once. It is never refused.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Account">The account; it need not have been seen.</param>
/// <param name="Requests">How many requests, 0 to 10^12.</param>
/// <param name="Tokens">How many tokens, 0 to 10^12; charged now, whatever the kind of quota.</param>
/// <param name="Model">The model where quotas are per model, and only there.</param>
public sealed record ForeignSpend(string Provider, string Account, long Requests = 0, long Tokens = 0, string? Model = null);

/// <summary>Number of requests to models of one kind.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Model">The model that served them; empty when none did.</param>
/// <param name="Status">Status of the answer.</param>
/// <param name="Count">How many.</param>
public sealed record RequestCount(string Provider, string Model, int Status, long Count);

/// <summary>The answer of <c>GET /control/state</c>.</summary>
/// <param name="InFlight">Requests to models being answered now.</param>
/// <param name="ClientDisconnects">Requests to models whose client left early.</param>
/// <param name="WorstRequestOverspend">The worst overspend of any quota of requests.</param>
/// <param name="WorstTokenOverspend">The worst overspend of any quota of tokens.</param>
/// <param name="Quotas">Every quota of every account seen.</param>
/// <param name="Requests">Requests to models by provider, model and status.</param>
public sealed record StateReport(
    long InFlight,
    long ClientDisconnects,
    long WorstRequestOverspend,
    long WorstTokenOverspend,
    IReadOnlyList<QuotaState> Quotas,
    IReadOnlyList<RequestCount> Requests);
