using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Hosting.Configuration;

/// <summary>The rules across the settings of one budget, whoever it limits.</summary>
internal static class BudgetRules
{
    // Silos tell of what they hold every 10 s; places that are free sooner than three reports late would be given out twice.
    private static readonly TimeSpan ShortestPlace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPlace = TimeSpan.FromHours(1);

    /// <summary>Every broken rule of some budgets, one line each.</summary>
    public static IEnumerable<string> Check(string path, IEnumerable<KeyValuePair<string, BudgetOptions>> budgets) =>
        budgets.SelectMany(budget => Check($"{path}:{budget.Key}", budget.Key, budget.Value));

    private static IEnumerable<string> Check(string path, string name, BudgetOptions budget)
    {
        foreach (var error in NameRules.CheckName(path, name))
            yield return error;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(budget.TimeZone, out _))
            yield return $"{path}:TimeZone: '{budget.TimeZone}' is not known on this machine; allowed: an IANA name such as UTC or America/Los_Angeles";
        if (budget.Metric == BudgetMetric.ConcurrentRequests && (budget.Window < ShortestPlace || budget.Window > LongestPlace))
            yield return $"{path}:Window: '{OptionText.Show(budget.Window)}' is not allowed; "
                + $"allowed for ConcurrentRequests: {OptionText.Show(ShortestPlace)} to {OptionText.Show(LongestPlace)}";
        if (budget is { Kind: BudgetKind.Calendar, Metric: not BudgetMetric.ConcurrentRequests, Window.Ticks: > 0 }
            && TimeSpan.TicksPerDay % budget.Window.Ticks != 0)
            yield return $"{path}:Window: '{OptionText.Show(budget.Window)}' does not divide a day; "
                + "allowed for calendar windows: 1.00:00:00, 12:00:00, 01:00:00, 00:01:00 and the like";
    }
}
