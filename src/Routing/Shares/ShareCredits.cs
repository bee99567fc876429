namespace ThotNet.Routing.Shares;

/// <summary>
/// Spreads requests over targets by their shares: smooth weighted round robin, so that while everything has headroom each target is within
/// one request of its share at all times. A target that had to be passed over is owed requests, and gets them first when it is back.
/// </summary>
/// <remarks>
/// The two accounts are kept apart. Credits sum to zero over the targets that could serve, so a missing target does not disturb the
/// proportion of the others. Debts are whole requests owed to those passed over; at most <see cref="MostOwed"/>, so that a target back
/// after a day takes the next 20 requests, not the next day.
/// Not safe for concurrent use: the caller locks. Nothing is allocated after construction.
/// </remarks>
public sealed class ShareCredits
{
    /// <summary>The most requests that a target is owed.</summary>
    public const double MostOwed = 20;

    private readonly double[] _shares;
    private readonly double[] _credits;
    private readonly double[] _owed;

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
    public void Order(Span<int> candidates)
    {
        var sum = SumOf(candidates);
        for (var i = 1; i < candidates.Length; i++)
        {
            var target = candidates[i];
            var rank = RankOf(target, sum);
            var place = i;
            for (; place > 0 && RankOf(candidates[place - 1], sum) < rank; place--)
            {
                candidates[place] = candidates[place - 1];
            }

            candidates[place] = target;
        }
    }

    /// <summary>Charges a target for the request that it is about to serve, so that requests that come meanwhile see it charged.</summary>
    /// <param name="ordered">The candidates as <see cref="Order"/> left them.</param>
    /// <param name="place">Place of the target; those before it cannot serve.</param>
    /// <returns>Whether the request was one that the target was owed; for <see cref="Refund"/>.</returns>
    public bool Charge(ReadOnlySpan<int> ordered, int place)
    {
        var target = ordered[place];
        if (_owed[target] >= 1)
        {
            _owed[target]--;
            return true;
        }

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

    private void Move(ReadOnlySpan<int> couldServe, int target, int requests)
    {
        var sum = SumOf(couldServe);
        foreach (var candidate in couldServe)
        {
            _credits[candidate] += requests * _shares[candidate] / sum;
        }

        _credits[target] -= requests;
    }

    private double RankOf(int target, double sum) =>
        _credits[target] + _shares[target] / sum + (_owed[target] >= 1 ? 1 + _owed[target] : 0);

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
