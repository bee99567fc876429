using System.Globalization;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Pipeline;

/// <summary>A limit in Spanish words; see <see cref="LimitText"/>.</summary>
internal static class SpanishLimitText
{
    private static readonly (TimeSpan Length, string Word)[] Units =
    [
        (TimeSpan.FromDays(7), "semana"), (TimeSpan.FromDays(1), "día"), (TimeSpan.FromHours(1), "hora"), (TimeSpan.FromMinutes(1), "minuto"),
        (TimeSpan.FromSeconds(1), "segundo"),
    ];

    /// <summary>For example <c>20 solicitudes por minuto</c>.</summary>
    public static string Of(BudgetDefinition limit) =>
        limit.Metric is BudgetMetric.ConcurrentRequests ? Amount(limit.Metric, limit.Amount) : $"{Amount(limit.Metric, limit.Amount)} {Window(limit.Window)}";

    /// <summary>For example <c>20 solicitudes</c>.</summary>
    public static string Amount(BudgetMetric metric, long amount)
    {
        var number = amount.ToString(CultureInfo.InvariantCulture);
        var (request, token) = amount == 1 ? ("solicitud", "token") : ("solicitudes", "tokens");
        return metric switch
        {
            BudgetMetric.Requests => $"{number} {request}",
            BudgetMetric.Tokens => $"{number} {token}",
            BudgetMetric.InputTokens => $"{number} {token} de entrada",
            BudgetMetric.OutputTokens => $"{number} {token} de salida",
            BudgetMetric.ConcurrentRequests => $"{number} {request} a la vez",
            BudgetMetric.Cost => string.Create(CultureInfo.InvariantCulture, $"{amount / 1_000_000m:0.00####} dólares estadounidenses"),
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
                return count == 1 ? $"por {word}" : $"cada {count} {word}s";
            }
        }

        return $"cada {window.ToString("c", CultureInfo.InvariantCulture)}";
    }
}
