using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Silo.Quota;

namespace ThotNet.Cluster.Tests.Quota;

/// <summary>
/// The worst silos that keep the rules: each takes all it gets, reserves from it at the last moment, sends as late as it may, and the request takes
/// long to arrive.
/// </summary>
internal sealed class LastInstant(ThotCluster cluster, ProviderDouble provider, string quota)
{
    // With the time after the end of a lease at which it may still be sent: just below the margin for arrivals.
    private static readonly TimeSpan Travel = TimeSpan.FromSeconds(4.9);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly QuotaAmounts One = new(1, 0);

    private readonly Callers _callers = cluster.AddCallers();
    private readonly List<(Reservation Reservation, DateTimeOffset Arrives)> _sent = [];
    private readonly List<Reservation> _reserved = [];
    private readonly Dictionary<Reservation, DateTimeOffset> _lastMoment = [];

    /// <summary>Every silo gets a lease if there is one, uses it up in its last instant, and all requests arrive.</summary>
    public async Task RoundAsync()
    {
        foreach (var book in cluster.Books)
        {
            for (var request = 0; request < 6; request++)
            {
                _ = WishAsync(book);
            }
        }

        for (var tick = 0; tick < 120 || _sent.Count > 0; tick++)
        {
            // Just before the end of leases of 5 s, whenever in the first second they came.
            if (tick is > 45 and < 62)
            {
                TakeAll();
            }

            Send();
            Arrive();
            await cluster.StepAsync(Tick);
        }
    }

    // Makes the silo ask for a lease, and leaves all of it for the last instant.
    private async Task WishAsync(LeaseBook book)
    {
        _callers.Enter(book);
        var outcome = await book.ReserveAsync(quota, One, TestContext.Current.CancellationToken);
        outcome.Reservation?.Cancel();
        _callers.Leave(book);
    }

    private void TakeAll()
    {
        foreach (var book in cluster.Books)
        {
            while (book.TryReserve(quota, One, out var reservation))
            {
                _reserved.Add(reservation);
            }
        }
    }

    private void Send()
    {
        // One that may not be sent any more is sent in this very moment: the check came before.
        foreach (var reservation in _reserved.Where(reservation => reservation.MaySend).ToList())
        {
            _lastMoment[reservation] = cluster.Time.GetUtcNow();
        }

        foreach (var reservation in _reserved.FindAll(reservation => !reservation.MaySend))
        {
            _sent.Add((reservation, _lastMoment[reservation] + Travel));
            _reserved.Remove(reservation);
        }
    }

    private void Arrive()
    {
        var now = cluster.Time.GetUtcNow();
        foreach (var sent in _sent.FindAll(sent => sent.Arrives <= now))
        {
            provider.Arrive(sent.Arrives, One);
            sent.Reservation.MarkReceived();
            sent.Reservation.Settle(One);
            _sent.Remove(sent);
        }
    }
}
