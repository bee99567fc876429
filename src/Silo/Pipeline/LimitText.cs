using System.Globalization;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Pipeline;

/// <summary>A limit in the words of a language, as a developer would say it.</summary>
internal sealed class LimitText
{
    private static readonly TimeSpan[] Units =
        [TimeSpan.FromDays(7), TimeSpan.FromDays(1), TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1)];

    private readonly string[] _units;
    private readonly (string One, string Many) _windows;
    private readonly Dictionary<BudgetMetric, (string One, string Many)> _metrics;

    private LimitText(string[] units, (string One, string Many) windows, Dictionary<BudgetMetric, (string One, string Many)> metrics) =>
        (_units, _windows, _metrics) = (units, windows, metrics);

    /// <summary>Says <c>20 requests per minute</c>.</summary>
    public static LimitText English { get; } = new(["week", "day", "hour", "minute", "second"], ("per", "per"), new()
    {
        [BudgetMetric.Requests] = ("request", "requests"),
        [BudgetMetric.Tokens] = ("token", "tokens"),
        [BudgetMetric.InputTokens] = ("prompt token", "prompt tokens"),
        [BudgetMetric.OutputTokens] = ("output token", "output tokens"),
        [BudgetMetric.ConcurrentRequests] = ("request at once", "requests at once"),
        [BudgetMetric.Cost] = ("US dollars", "US dollars"),
    });

    /// <summary>Says <c>20 solicitudes por minuto</c>.</summary>
    public static LimitText Spanish { get; } = new(["semana", "día", "hora", "minuto", "segundo"], ("por", "cada"), new()
    {
        [BudgetMetric.Requests] = ("solicitud", "solicitudes"),
        [BudgetMetric.Tokens] = ("token", "tokens"),
        [BudgetMetric.InputTokens] = ("token de entrada", "tokens de entrada"),
        [BudgetMetric.OutputTokens] = ("token de salida", "tokens de salida"),
        [BudgetMetric.ConcurrentRequests] = ("solicitud a la vez", "solicitudes a la vez"),
        [BudgetMetric.Cost] = ("dólares estadounidenses", "dólares estadounidenses"),
    });

    /// <summary>The whole limit; places of concurrent requests have no window.</summary>
    public string Of(BudgetDefinition limit) =>
        limit.Metric is BudgetMetric.ConcurrentRequests ? Amount(limit.Metric, limit.Amount) : $"{Amount(limit.Metric, limit.Amount)} {Window(limit.Window)}";

    /// <summary>So much of a metric.</summary>
    public string Amount(BudgetMetric metric, long amount)
    {
        var (one, many) = _metrics[metric];
        return metric is BudgetMetric.Cost
            ? string.Create(CultureInfo.InvariantCulture, $"{amount / 1_000_000m:0.00####} {many}")
            : string.Create(CultureInfo.InvariantCulture, $"{amount} {(amount == 1 ? one : many)}");
    }

    private string Window(TimeSpan window)
    {
        var unit = Array.FindIndex(Units, length => window.Ticks % length.Ticks == 0);
        return unit < 0 ? $"{_windows.Many} {window.ToString("c", CultureInfo.InvariantCulture)}"
            : window == Units[unit] ? $"{_windows.One} {_units[unit]}"
            : string.Create(CultureInfo.InvariantCulture, $"{_windows.Many} {window.Ticks / Units[unit].Ticks} {_units[unit]}s");
    }
}
