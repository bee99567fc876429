using System.Runtime.InteropServices;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Routing;

/// <summary>One candidate while a target is picked.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Candidate
{
    /// <summary>Its place in the order of configuration.</summary>
    public int Target;

    /// <summary>Where the candidates of its tier begin.</summary>
    public int Start;

    /// <summary>What the request needs there.</summary>
    public QuotaAmounts Amounts;

    public double Price;

    public double Credit;

    /// <summary>It costs so much more than another that it only takes what nobody prefers.</summary>
    public bool IsSpare;

    /// <summary>It has room, perhaps, but it is better to wait for another.</summary>
    public bool IsTooDear;

    public CandidateOutcome Outcome;

    /// <summary>Why it has no headroom.</summary>
    public LeaseRefusal Refusal;

    public bool DayExhausted;

    /// <summary>It cannot serve by its own fault.</summary>
    public bool IsFault;

    /// <summary>Since when that is known, and until when it is of no use to try it. On the clock of the waiting room.</summary>
    public TimeSpan AsOf;

    public TimeSpan NotBefore;

    /// <summary>After how long it is expected to serve; zero for now.</summary>
    public TimeSpan ReadyIn;

    /// <summary>The same if only some of those take their place who are before.</summary>
    public TimeSpan SoonestIn;

    /// <summary>It is worth waiting for.</summary>
    public readonly bool IsPreferred => !IsSpare && !IsTooDear;

    /// <summary>It serves now, or may some time.</summary>
    public readonly bool MayServe => Outcome switch
    {
        CandidateOutcome.Resting or CandidateOutcome.Closed or CandidateOutcome.OthersFirst or CandidateOutcome.TooDear => true,
        CandidateOutcome.NoHeadroom => Refusal is not (LeaseRefusal.TooLarge or LeaseRefusal.Unknown),
        _ => false,
    };
}
