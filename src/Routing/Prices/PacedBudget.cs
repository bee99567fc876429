using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Prices;

/// <summary>A budget that has to last until it comes back.</summary>
/// <param name="quota">Key of its quota.</param>
/// <param name="definition">The limit.</param>
/// <param name="targets">Who spends it.</param>
/// <param name="perRequest">How much of it there is for each request that is expected until then, wherever that goes; above 0.</param>
internal sealed class PacedBudget(string quota, BudgetDefinition definition, ImmutableArray<int> targets, double perRequest)
{
    private const double Smallest = 1e-4;
    private const double FirstStep = 0.1;
    private const double SmallestStep = 0.001;
    private const double LargestStep = 0.5;

    private double _step = FirstStep;
    private double _lastError;

    public (string Quota, BudgetMetric Metric, TimeSpan Window, BudgetKind Kind) Id { get; } = (quota, definition.Metric, definition.Window, definition.Kind);

    public ImmutableArray<int> Targets => targets;

    public double PerRequest => perRequest;

    /// <summary>How much of it a mean request uses when it is sent there; above 0.</summary>
    public double Typical { get; set; } = 1;

    /// <summary>The price of a unit while there is enough: so small that it has no effect, and large enough to rise from.</summary>
    public double SmallestPrice => Smallest / Typical;

    /// <summary>Price of one unit.</summary>
    public double Price { get; set; }

    /// <summary>How much of it a mean request uses.</summary>
    public double Use { get; set; }

    /// <summary>Raises or lowers the price: in longer steps while that goes one way, in shorter ones where it goes to and fro.</summary>
    /// <param name="error">By what part more is used than there is; negative for less.</param>
    /// <param name="scale">Factor on all prices.</param>
    public void Move(double error, double scale)
    {
        _step = Math.Clamp(_step * (error * _lastError > 0 ? 1.2 : 0.5), SmallestStep, LargestStep);
        _lastError = error;
        Price = Math.Max(Price * scale * Math.Exp(Math.Sign(error) * Math.Min(_step, Math.Abs(error))), SmallestPrice);
    }

    /// <summary>How much of it a request uses on one of the targets.</summary>
    public double Of(DemandKind kind, TargetDefinition target) => definition.Metric switch
    {
        BudgetMetric.Requests => 1,
        BudgetMetric.Tokens => kind.InputTokens + kind.OutputTokens,
        BudgetMetric.InputTokens => kind.InputTokens,
        BudgetMetric.OutputTokens => kind.OutputTokens,
        BudgetMetric.Cost => (kind.InputTokens * (double)target.InputPrice) + (kind.OutputTokens * (double)target.OutputPrice),
        _ => 0,
    };
}
