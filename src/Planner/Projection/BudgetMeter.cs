using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Planner.Projection;

/// <summary>
/// How much of a budget is left, minute by minute, for a steady stream of equal requests. Windows under a minute count by the minute; those over a day by
/// the day.
/// </summary>
internal sealed class BudgetMeter
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly double _use;
    private readonly double _amount;
    private readonly int _minutes;
    private readonly Queue<double> _recent = [];
    private double _spent;
    private int _minute = -1;

    /// <summary>A budget at the start of the first day.</summary>
    /// <param name="budget">The limit.</param>
    /// <param name="use">What a request spends of it; more than 0.</param>
    public BudgetMeter(BudgetDefinition budget, double use)
    {
        Budget = budget;
        _use = use;
        var window = budget.Window < Minute ? Minute : budget.Window > Day ? Day : budget.Window;
        _amount = budget.Amount * (window / budget.Window);
        _minutes = (int)Math.Ceiling(window / Minute);
        // A bucket that takes less than is asked for has been full for days.
        _spent = budget.Kind == BudgetKind.LeakyBucket ? _amount : 0;
        PerDay = use > budget.Amount ? 0 : budget.Amount * (Day / budget.Window) / use;
    }

    /// <summary>The limit.</summary>
    public BudgetDefinition Budget { get; }

    /// <summary>Requests that it allows a day, evenly spread.</summary>
    public double PerDay { get; }

    /// <summary>Requests that fit into a minute; minutes are asked for one after the other from 0.</summary>
    public double RoomIn(int minute)
    {
        if (minute != _minute) Enter(minute);
        return PerDay == 0 ? 0 : Math.Max(0, _amount - _spent) / _use;
    }

    /// <summary>Spends requests in the minute asked for last.</summary>
    public void Spend(double requests)
    {
        _spent += requests * _use;
        _recent.Enqueue(requests * _use);
    }

    private void Enter(int minute)
    {
        _minute = minute;
        _spent = Budget.Kind switch
        {
            BudgetKind.Calendar => minute % _minutes == 0 ? 0 : _spent,
            BudgetKind.LeakyBucket => Math.Max(0, _spent - (_amount / _minutes)),
            _ => minute < _minutes ? _spent : _spent - _recent.Dequeue(),
        };
    }
}
