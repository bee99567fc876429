using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Budgets;

/// <summary>
/// How one kind of budget counts: which charges stand in the way of a new use, when they cease to, and how settled ones are kept
/// in little space. A kind holds no state of its own; settled amounts are in the <see cref="Bucket"/>s it is given.
/// </summary>
public abstract class Budget
{
    /// <summary>
    /// How far the authority's clock may be from the provider's, either way: 1 s. Calendar windows are widened by it, and a change of
    /// authority counts it twice, because two clocks may then be 2 s apart.
    /// </summary>
    public static readonly TimeSpan ClockMargin = TimeSpan.FromSeconds(1);

    private protected Budget(BudgetDefinition definition)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(definition.Amount, 1, nameof(definition));
        ArgumentOutOfRangeException.ThrowIfLessThan(definition.Window, TimeSpan.FromSeconds(1), nameof(definition));
        Definition = definition;
        StateKey = KeyOf(definition);
    }

    /// <summary>The limit.</summary>
    public BudgetDefinition Definition { get; }

    /// <summary>
    /// Under what name its buckets are stored. Windows leave out the amount, so that what was spent still counts after the limit was
    /// changed; how fast a leaky bucket drains depends on it, see <see cref="SpentInheritance.Apply"/>.
    /// </summary>
    public string StateKey { get; }

    /// <summary>The rule for a definition.</summary>
    public static Budget Create(BudgetDefinition definition) => definition.Kind switch
    {
        _ when definition.Metric == BudgetMetric.ConcurrentRequests => new ConcurrentBudget(definition),
        BudgetKind.Rolling => new RollingBudget(definition),
        BudgetKind.Calendar => new CalendarBudget(definition),
        BudgetKind.LeakyBucket => new LeakyBucketBudget(definition),
        _ => throw new ArgumentOutOfRangeException(nameof(definition), definition.Kind, "Unknown budget kind."),
    };

    /// <summary>What the fullest window holds among those that a use at any moment of an interval could fall into.</summary>
    /// <param name="settled">Settled amounts.</param>
    /// <param name="charges">Amounts that are not settled.</param>
    /// <param name="from">Start of the interval; no charge will be added for an earlier use.</param>
    /// <param name="to">End of the interval.</param>
    public abstract long Spent(IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset from, DateTimeOffset to);

    /// <summary>The earliest moment, not before <paramref name="now"/>, at which a use of that size fits.</summary>
    /// <param name="settled">Settled amounts.</param>
    /// <param name="charges">Amounts that are not settled.</param>
    /// <param name="now">The present.</param>
    /// <param name="span">How long after that moment the use may still happen.</param>
    /// <param name="needed">The size; not above the budget's whole amount.</param>
    public abstract DateTimeOffset FitsAt(
        IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now, TimeSpan span, long needed);

    /// <summary>Adds each later moment at which more fits than before, in the order of time: what <see cref="FitsAt"/> says of every size.</summary>
    /// <param name="settled">Settled amounts.</param>
    /// <param name="charges">Amounts that are not settled.</param>
    /// <param name="now">The present.</param>
    /// <param name="span">How long after such a moment the use may still happen.</param>
    /// <param name="releases">Empty; what fits may begin below zero, where more than the whole budget is spent.</param>
    public abstract void AddReleases(
        IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now, TimeSpan span, List<BudgetRelease> releases);

    /// <summary>
    /// When the first of what is counted now ceases to count, or, where it ceases little by little, when all has; null when nothing is
    /// counted.
    /// </summary>
    public abstract DateTimeOffset? ResetsAt(IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now);

    /// <summary>Adds a charge that will not change any more to the buckets. It never counts for a shorter time than before.</summary>
    public abstract void Settle(List<Bucket> settled, Charge charge, DateTimeOffset now);

    /// <summary>
    /// Whether a charge alone can stand in the way of no use within the limit from now on, so that nobody need report about it any more.
    /// In company it may (a leaky bucket that is never empty), so it is settled, not dropped.
    /// </summary>
    public abstract bool IsPast(Charge charge, DateTimeOffset now);

    /// <summary>Removes the buckets that are past.</summary>
    public abstract void Forget(List<Bucket> settled, DateTimeOffset now);

    /// <summary>Makes allowance for an authority whose clock may be ahead of its predecessor's by up to that much.</summary>
    public abstract void Delay(List<Bucket> settled, TimeSpan by);

    /// <summary>Raises settled amounts to what silos say they have spent, moment by moment; it lowers none.</summary>
    /// <param name="settled">Settled amounts.</param>
    /// <param name="reported">The parts of all silos, in the order of time.</param>
    /// <param name="now">The present.</param>
    public abstract void Merge(List<Bucket> settled, IReadOnlyList<Bucket> reported, DateTimeOffset now);

    /// <summary>Whether what a provider said at a moment still speaks of the window that counts now.</summary>
    public virtual bool IsSameWindow(DateTimeOffset then, DateTimeOffset now) => true;

    /// <summary>What at most comes back in a time little by little, rounded up; nothing of a window, which gives back what was spent at its own moment.</summary>
    public virtual long DrainsIn(TimeSpan time) => 0;

    /// <summary>The <see cref="StateKey"/> of a limit.</summary>
    private protected static string KeyOf(BudgetDefinition definition)
    {
        var key = $"{definition.Metric}/{definition.Kind}/{definition.Window:c}";
        return definition.Kind switch
        {
            BudgetKind.Calendar => $"{key}/{definition.TimeZone}",
            BudgetKind.LeakyBucket => $"{key}/{definition.Amount}",
            _ => key,
        };
    }
}
