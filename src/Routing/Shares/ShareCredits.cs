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

    /// <summary>Charges the target that served a request.</summary>
    /// <param name="ordered">The candidates as <see cref="Order"/> left them.</param>
    /// <param name="served">Place of the one that served; those before it were passed over for lack of headroom or health.</param>
    public void Charge(ReadOnlySpan<int> ordered, int served)
    {
        var target = ordered[served];
        Owe(ordered[..served], SumOf(ordered[served..]));
        if (_owed[target] >= 1)
        {
            _owed[target]--;
            return;
        }

        var couldServe = ordered[served..];
        var sum = SumOf(couldServe);
        foreach (var candidate in couldServe)
        {
            _credits[candidate] += _shares[candidate] / sum;
        }

        _credits[target]--;
    }

    // What a target misses of n requests is repaid by extra ones, which raise the total: s / (1 - s) for each, not s.
    private void Owe(ReadOnlySpan<int> passedOver, double sumOfOthers)
    {
        foreach (var target in passedOver)
        {
            _owed[target] = Math.Min(MostOwed, _owed[target] + _shares[target] / sumOfOthers);
        }
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
