namespace ThotNet.Planner.Policies;

/// <summary>A request and its targets in the order in which they were considered when it came. It keeps order and prices as long as it waits.</summary>
/// <param name="request">The request.</param>
/// <param name="targets">The targets, the first one to be tried first.</param>
/// <param name="prices">What each costs, in the same order.</param>
/// <param name="dearest">Above what price only spare room is taken.</param>
internal sealed class SimulatedPick(int request, int[] targets, double[] prices, double dearest)
{
    private readonly bool[] _isTooDear = new bool[targets.Length];

    public int Request => request;

    public int Count => targets.Length;

    public int Target(int place) => targets[place];

    public double Price(int place) => prices[place];

    public int PlaceOf(int target) => Array.IndexOf(targets, target);

    /// <summary>The targets up to a place.</summary>
    public ReadOnlySpan<int> UpTo(int place) => targets.AsSpan(0, place + 1);

    /// <summary>It costs so much more than another that it only takes what nobody prefers.</summary>
    public bool IsSpare(int place) => prices[place] > dearest;

    /// <summary>It has room, perhaps, but it is better to wait for another.</summary>
    public ref bool IsTooDear(int place) => ref _isTooDear[place];

    /// <summary>It is worth waiting for.</summary>
    public bool IsPreferred(int place) => !IsSpare(place) && !_isTooDear[place];
}
