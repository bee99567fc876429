using ThotNet.ProviderSimulator.Configuration;

namespace ThotNet.ProviderSimulator.Quotas;

/// <summary>One account at one provider: all its quotas behind one lock, so that a request is admitted by all of them or by none.</summary>
internal sealed class Account(IReadOnlyDictionary<string, SimulatedQuota> definitions, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Quota[]> _byModel = new(StringComparer.Ordinal); // Owned by _lock, with all counters in it.

    /// <summary>Counts an arriving request, and admits or refuses it.</summary>
    /// <param name="model">The model where quotas are per model, else empty.</param>
    /// <param name="demand">What it asks for.</param>
    public Admission Arrive(string model, Demand demand)
    {
        lock (_lock)
        {
            var now = Moment.Of(time);
            var quotas = QuotasOf(model);
            var refusal = Refusal(quotas, demand, now);
            foreach (var quota in quotas)
                Count(quota, demand, now, refusal is not null);
            return new Admission(this, model, refusal, DailyRequests(quotas, now), MinuteTokens(quotas, now));
        }
    }

    /// <summary>Charges tokens to the quotas that count them at the end.</summary>
    public void Settle(string model, long tokens)
    {
        lock (_lock)
        {
            var now = Moment.Of(time);
            foreach (var quota in QuotasOf(model).Where(quota => quota.ChargesAtEnd))
                quota.Charge(now, tokens);
        }
    }

    /// <summary>Charges what another user of the account spent; it is never refused.</summary>
    /// <param name="model">The model where quotas are per model, else empty.</param>
    /// <param name="requests">How many requests.</param>
    /// <param name="tokens">How many tokens.</param>
    public void SpendByOthers(string model, long requests, long tokens)
    {
        lock (_lock)
        {
            var now = Moment.Of(time);
            foreach (var quota in QuotasOf(model))
                quota.ChargeOthers(now, quota.Definition.Metric == QuotaMetric.Requests ? requests : tokens);
        }
    }

    /// <summary>The quota of requests with the longest window of an hour or more, or null; it need not have been used.</summary>
    /// <param name="model">The model where quotas are per model, else empty.</param>
    public (long Used, long Limit)? DailyRequests(string model)
    {
        lock (_lock)
        {
            var view = DailyRequests(QuotasOf(model), Moment.Of(time));
            return view == HeaderView.Unlimited ? null : (view.Limit - view.Remaining, view.Limit);
        }
    }

    /// <summary>Where every quota stands, with the model it belongs to (empty where quotas are per account).</summary>
    public List<(string Model, Quota Quota, QuotaStanding Standing)> Standings()
    {
        lock (_lock)
        {
            var now = Moment.Of(time);
            return [.. _byModel.SelectMany(entry => entry.Value.Select(quota => (entry.Key, quota, quota.Standing(now))))];
        }
    }

    private Quota[] QuotasOf(string model)
    {
        if (!_byModel.TryGetValue(model, out var quotas))
        {
            quotas = [.. definitions.Where(entry => entry.Value.Mode != QuotaMode.Off).Select(entry => new Quota(entry.Key, entry.Value))];
            _byModel.Add(model, quotas);
        }

        return quotas;
    }

    private static QuotaRefusal? Refusal(Quota[] quotas, Demand demand, Moment now)
    {
        QuotaRefusal? worst = null;
        foreach (var quota in quotas)
        {
            var needed = quota.Needs(demand);
            if (quota.Definition.Mode != QuotaMode.Enforce || quota.Fits(now, needed))
                continue;
            var refusal = new QuotaRefusal(
                quota.Name, quota.Definition, quota.Used(now), needed, quota.WaitFor(now, needed), quota.IsTooLarge(demand));
            if (refusal.TooLarge)
                return refusal;
            if (worst is null || refusal.Wait > worst.Wait)
                worst = refusal;
        }

        return worst;
    }

    private static void Count(Quota quota, Demand demand, Moment now, bool refused)
    {
        var needed = quota.Needs(demand);
        if (!refused)
        {
            if (!quota.ChargesAtEnd)
                quota.Charge(now, needed);
        }
        else if (quota.Definition.Metric == QuotaMetric.Requests)
        {
            quota.Judge(now, 1);
        }
        else if (!quota.IsTooLarge(demand) && !quota.Fits(now, needed))
        {
            quota.Judge(now, quota.ChargesAtEnd ? demand.Expected : needed);
        }
    }

    private static HeaderView DailyRequests(Quota[] quotas, Moment now) => View(
        quotas.Where(quota => quota.Definition is { Metric: QuotaMetric.Requests, IsDaily: true, Mode: QuotaMode.Enforce })
            .MaxBy(quota => quota.Definition.Window),
        now);

    private static HeaderView MinuteTokens(Quota[] quotas, Moment now) => View(
        quotas.Where(quota => quota.Definition is { Metric: QuotaMetric.Tokens, IsDaily: false, Mode: QuotaMode.Enforce })
            .MinBy(quota => quota.Definition.Window),
        now);

    private static HeaderView View(Quota? quota, Moment now) => quota is null
        ? HeaderView.Unlimited
        : new HeaderView(quota.Definition.Amount, Math.Max(0, quota.Definition.Amount - quota.Used(now)), quota.UntilEmpty(now));
}
