using System.Globalization;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Pipeline;

/// <summary>A limit in words, as a developer would say it.</summary>
internal static class LimitText
{
    private static readonly (TimeSpan Length, string Word)[] Units =
    [
        (TimeSpan.FromDays(7), "week"), (TimeSpan.FromDays(1), "day"), (TimeSpan.FromHours(1), "hour"), (TimeSpan.FromMinutes(1), "minute"),
        (TimeSpan.FromSeconds(1), "second"),
    ];

    /// <summary>For example <c>20 requests per minute</c>.</summary>
    public static string Of(BudgetDefinition limit) =>
        limit.Metric is BudgetMetric.ConcurrentRequests ? Amount(limit.Metric, limit.Amount) : $"{Amount(limit.Metric, limit.Amount)} per {Window(limit.Window)}";

    /// <summary>For example <c>20 requests</c>.</summary>
    public static string Amount(BudgetMetric metric, long amount)
    {
        var number = amount.ToString(CultureInfo.InvariantCulture);
        var plural = amount == 1 ? "" : "s";
        return metric switch
        {
            BudgetMetric.Requests => $"{number} request{plural}",
            BudgetMetric.Tokens => $"{number} token{plural}",
            BudgetMetric.InputTokens => $"{number} prompt token{plural}",
            BudgetMetric.OutputTokens => $"{number} output token{plural}",
            BudgetMetric.ConcurrentRequests => $"{number} request{plural} at once",
            BudgetMetric.Cost => string.Create(CultureInfo.InvariantCulture, $"{amount / 1_000_000m:0.00####} US dollars"),
            _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "Unknown budget metric."),
        };
    }

    private static string Window(TimeSpan window)
    {
        foreach (var (length, word) in Units)
        {
            if (window.Ticks % length.Ticks == 0)
            {
                var count = window.Ticks / length.Ticks;
                return count == 1 ? word : $"{count} {word}s";
            }
        }

        return window.ToString("c", CultureInfo.InvariantCulture);
    }
}
