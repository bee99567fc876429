namespace ThotNet.Routing.Shares;

/// <summary>
/// Spreads requests over targets by their shares: smooth weighted round robin, so that while everything has headroom each target is within
/// one request of its share at all times. A target that had to be passed over is owed requests, and is repaid when it is back. Where budgets are scarce
/// their prices count as well.
/// </summary>
/// <remarks>
/// The two accounts are kept apart. Credits sum to zero over the targets that could serve, so a missing target does not disturb the
/// proportion of the others. Debts are whole requests owed to those passed over; at most <see cref="MostOwed"/>, so that a target back
/// after a day is not repaid for the whole of it; and it gets them one by one, at most every fourth request, not in a burst. Credits stay within
/// <see cref="MostCredit"/>: prices keep a target from its share for a day, and what it misses for that reason is not repaid. One that has all the
/// credit it can have gets no more, and the others share as if it were not there.
/// Not safe for concurrent use: the caller locks. Nothing is allocated after construction.
/// </remarks>
public sealed class ShareCredits
{
    /// <summary>The most requests that a target is owed.</summary>
    public const double MostOwed = 20;

    /// <summary>The most credit, in requests, that a target can have, above or below zero.</summary>
    public const double MostCredit = 2;

    /// <summary>How many requests a price of 1 outweighs: all the credit that one target may have over another, its share of the next request included.</summary>
    public const double PriceWeight = (2 * MostCredit) + 1;

    /// <summary>How many requests are served between two that are owed.</summary>
    public const int Spacing = 3;

    private readonly double[] _shares;
    private readonly double[] _credits;
    private readonly double[] _owed;
    private int _sinceRepaid = Spacing;

    /// <summary>Equal credits for all.</summary>
    /// <param name="shares">The weight of each target, more than 0; a target is its index here.</param>
    public ShareCredits(ReadOnlySpan<double> shares)
    {
        foreach (var share in shares)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share, nameof(shares));
        }

        _shares = shares.ToArray();
        _credits = new double[shares.Length];
        _owed = new double[shares.Length];
    }

    /// <summary>Puts candidates into the order in which they should be tried.</summary>
    /// <param name="candidates">All targets that could serve the request if they had headroom, in place; ties keep their order.</param>
    /// <param name="prices">What the request costs at each of them, at least 0, put into the same order.</param>
    public void Order(Span<int> candidates, Span<double> prices)
    {
        var sum = SumOf(candidates);
        for (var i = 1; i < candidates.Length; i++)
        {
            var (target, price) = (candidates[i], prices[i]);
            var rank = RankOf(target, price, sum);
            var place = i;
            for (; place > 0 && RankOf(candidates[place - 1], prices[place - 1], sum) < rank; place--)
            {
                (candidates[place], prices[place]) = (candidates[place - 1], prices[place - 1]);
            }

            (candidates[place], prices[place]) = (target, price);
        }
    }

    /// <summary>Charges a target for the request that it is about to serve, so that requests that come meanwhile see it charged.</summary>
    /// <param name="ordered">The candidates as <see cref="Order"/> left them.</param>
    /// <param name="place">Place of the target; those before it cannot serve.</param>
    /// <returns>Whether the request was one that the target was owed; for <see cref="Refund"/>.</returns>
    public bool Charge(ReadOnlySpan<int> ordered, int place)
    {
        var target = ordered[place];
        if (IsRepaidNow(target))
        {
            _owed[target]--;
            _sinceRepaid = 0;
            return true;
        }

        _sinceRepaid = Math.Min(Spacing, _sinceRepaid + 1);
        Move(ordered[place..], target, 1);
        return false;
    }

    /// <summary>Takes back a charge: the target cannot serve the request after all.</summary>
    /// <param name="ordered">As given to <see cref="Charge"/>.</param>
    /// <param name="place">As given to <see cref="Charge"/>.</param>
    /// <param name="wasOwed">What <see cref="Charge"/> returned.</param>
    public void Refund(ReadOnlySpan<int> ordered, int place, bool wasOwed)
    {
        var target = ordered[place];
        if (wasOwed)
        {
            _owed[target] = Math.Min(MostOwed, _owed[target] + 1);
            _sinceRepaid = Spacing;
            return;
        }

        Move(ordered[place..], target, -1);
    }

    /// <summary>Notes who is owed because another served: what a target misses of n requests is repaid by extra ones.</summary>
    /// <param name="ordered">The candidates as <see cref="Order"/> left them.</param>
    /// <param name="served">Place of the one that served; those before it were passed over for lack of headroom or health.</param>
    public void Owe(ReadOnlySpan<int> ordered, int served)
    {
        // Extra requests raise the total: s / (1 - s) for each, not s.
        var sumOfOthers = SumOf(ordered[served..]);
        foreach (var target in ordered[..served])
        {
            _owed[target] = Math.Min(MostOwed, _owed[target] + _shares[target] / sumOfOthers);
        }
    }

    /// <summary>How many requests a target is ahead of its share (below 0) or behind it, with those that it is owed.</summary>
    public double StandingOf(int target) => _credits[target] + _owed[target];

    private void Move(ReadOnlySpan<int> couldServe, int target, int requests)
    {
        var sum = 0.0;
        foreach (var candidate in couldServe)
        {
            sum += TakesPart(candidate, target) ? _shares[candidate] : 0;
        }

        foreach (var candidate in couldServe)
        {
            if (candidate != target && TakesPart(candidate, target))
            {
                Add(candidate, requests * _shares[candidate] / sum);
            }
        }

        Add(target, requests * ((_shares[target] / sum) - 1));
    }

    private bool TakesPart(int candidate, int target) => candidate == target || _credits[candidate] < MostCredit;

    private void Add(int target, double credit) => _credits[target] = Math.Clamp(_credits[target] + credit, -MostCredit, MostCredit);

    private double RankOf(int target, double price, double sum) =>
        _credits[target] + (_shares[target] / sum) + (IsRepaidNow(target) ? PriceWeight + _owed[target] / MostOwed : 0) - (PriceWeight * price);

    private bool IsRepaidNow(int target) => _owed[target] >= 1 && _sinceRepaid >= Spacing;

    private double SumOf(ReadOnlySpan<int> targets)
    {
        var sum = 0.0;
        foreach (var target in targets)
        {
            sum += _shares[target];
        }

        return sum;
    }
}
