using System.Diagnostics.CodeAnalysis;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>A reservation, or why there is none.</summary>
/// <param name="Reservation">What was reserved, or null.</param>
/// <param name="Refusal">
/// Why nothing was reserved. <see cref="LeaseRefusal.StorageFailed"/> also says that the authority did not answer or that this silo stops.
/// </param>
/// <param name="RetryAfter">Earliest time for another try, from now; zero when granted and when no other try can succeed.</param>
/// <param name="DayExhausted">A budget whose window is an hour or longer, and that does not drain meanwhile, is spent: waiting is hopeless for a caller.</param>
public readonly record struct ReserveOutcome(Reservation? Reservation, LeaseRefusal Refusal, TimeSpan RetryAfter, bool DayExhausted)
{
    /// <summary>Whether there is a reservation.</summary>
    [MemberNotNullWhen(true, nameof(Reservation))]
    public bool IsGranted => Reservation is not null;

    /// <summary>How long it stood in line for the next lease; zero when it was decided at once.</summary>
    public TimeSpan Waited { get; init; }

    internal static ReserveOutcome Closed(TimeSpan retryAfter) => new(null, LeaseRefusal.Closed, retryAfter, false);

    internal static ReserveOutcome Exhausted(TimeSpan retryAfter) => new(null, LeaseRefusal.Exhausted, retryAfter, false);

    internal static ReserveOutcome Failed(TimeSpan retryAfter) => new(null, LeaseRefusal.StorageFailed, retryAfter, false);

    internal static ReserveOutcome Granted(Reservation reservation) => new(reservation, LeaseRefusal.None, TimeSpan.Zero, false);
}
