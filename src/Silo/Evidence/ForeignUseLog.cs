using System.Collections.Concurrent;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;

namespace ThotNet.Silo.Evidence;

/// <summary>Tells operators, once an hour for each quota, that somebody else uses one of our accounts.</summary>
public sealed partial class ForeignUseLog(TimeProvider time, ILogger<ForeignUseLog> log)
{
    /// <summary>The least time between two lines about one quota: 1 h.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _told = new(StringComparer.Ordinal);

    /// <summary>Looks through a new table.</summary>
    public void Look(RouteTable table)
    {
        foreach (var target in table.Targets)
        {
            if (target.Quota is { } quota && WorstOf(quota) is { } worst && IsNews(quota.Key))
            {
                LogForeignUse(quota.Key, worst.UsedByOthers, worst.Definition.Metric, worst.Definition.Window, worst.Definition.Amount);
            }
        }
    }

    private static BudgetSnapshot? WorstOf(QuotaSnapshot quota) =>
        quota.Budgets.Where(budget => budget.UsedByOthers > 0).MaxBy(budget => (double)budget.UsedByOthers / budget.Definition.Amount);

    private bool IsNews(string quota)
    {
        var now = time.GetUtcNow();
        if (_told.TryGetValue(quota, out var last) && now - last < Pause)
        {
            return false;
        }

        _told[quota] = now;
        return true;
    }

    [LoggerMessage(
        2202,
        LogLevel.Warning,
        "Quota {Quota}: its provider says that {Amount} more {Metric} in {Window} are spent than were counted here, of {Limit}; somebody else uses the account")]
    private partial void LogForeignUse(string quota, long amount, BudgetMetric metric, TimeSpan window, long limit);
}
