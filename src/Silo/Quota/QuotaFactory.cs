using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Hosting.Configuration;
using ThotNet.Routing;

namespace ThotNet.Silo.Quota;

/// <summary>Makes the limits of providers and callers from the configuration.</summary>
internal static class QuotaFactory
{
    /// <summary>The quota that a provider's requests spend.</summary>
    public static string KeyOf(string provider) => $"provider/{provider}/default";

    /// <summary>The limits of a provider's account.</summary>
    public static QuotaDefinition OfProvider(string name, ProviderOptions provider) =>
        new(KeyOf(name), BudgetsOf(provider.Budgets)) { SafeShare = provider.SafeShare };

    /// <summary>The limits of all callers.</summary>
    public static CallerLimits OfCallers(ThotNetOptions options) => new(
        [
            .. from caller in options.Callers
               where caller.Value.Budgets.Count > 0
               select CallerLimits.Define(CallerLimits.QuotaKeyOf(caller.Key), BudgetsOf(caller.Value.Budgets)),
        ],
        BudgetsOf(options.Access.Budgets));

    /// <summary>Puts the limits of other options in force. A provider that is on stays on: it keeps its limits if the options do not have it.</summary>
    public static void Replace(QuotaDefinitions quotas, ThotNetOptions options)
    {
        var providers = options.Providers.Select(pair => OfProvider(pair.Key, pair.Value)).ToDictionary(quota => quota.Key, StringComparer.Ordinal);
        quotas.Replace([.. quotas.All.Select(old => providers.GetValueOrDefault(old.Key, old))], OfCallers(options));
    }

    private static ImmutableArray<BudgetDefinition> BudgetsOf(IDictionary<string, BudgetOptions> budgets) =>
    [
        .. from budget in budgets.Values
           where budget.Enabled
           select new BudgetDefinition(budget.Metric, budget.Amount, budget.Window, budget.Kind, budget.TimeZone),
    ];
}
