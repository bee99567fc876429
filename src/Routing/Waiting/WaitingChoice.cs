using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Waiting;

/// <summary>One target that somebody who waits may be served by.</summary>
/// <param name="Target">The target's place in the order of configuration.</param>
/// <param name="Quota">Its quota's place in an order of the owner's; targets that share a quota share the line for it.</param>
/// <param name="Amounts">What the request needs of the quota.</param>
/// <param name="Price">What it costs there: headroom that nobody prefers goes to those to whom it costs least.</param>
/// <param name="IsPreferred">It is worth waiting for; the others are taken only when no preferred one can serve in time, and nobody waits who prefers them.</param>
/// <param name="NotBefore">The earliest moment at which it is of use to try it.</param>
public readonly record struct WaitingChoice(int Target, int Quota, QuotaAmounts Amounts, double Price, bool IsPreferred, TimeSpan NotBefore);
