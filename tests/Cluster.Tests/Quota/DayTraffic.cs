using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Silo.Quota;

namespace ThotNet.Cluster.Tests.Quota;

/// <summary>
/// Requests for one quota that take their time: each travels to the provider for up to half a second and is answered up to 20 s later; only then is known how
/// many tokens it used.
/// </summary>
internal sealed class DayTraffic(ThotCluster cluster, Random random, string quota, ProviderDouble provider, QuotaAmounts need)
{
    private const int MostWaiting = 2;

    private readonly Callers _callers = cluster.AddCallers();
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Trip, DateTimeOffset> _underWay = new();
    private int _served;

    public string Quota => quota;

    public ProviderDouble Provider => provider;

    public int Served => Volatile.Read(ref _served);

    public bool IsQuiet
    {
        get
        {
            lock (_gate)
            {
                return _underWay.Count == 0 && cluster.Books.All(book => _callers.At(book) == 0);
            }
        }
    }

    /// <summary>A request comes to a silo, unless enough wait there already.</summary>
    public void Wish(LeaseBook book)
    {
        if (_callers.At(book) < MostWaiting)
        {
            var travels = TimeSpan.FromMilliseconds(random.Next(500));
            var takes = TimeSpan.FromMilliseconds(random.Next(20_000));
            _ = SendAsync(book, travels, takes, need with { Tokens = random.NextInt64(need.Tokens / 2, need.Tokens + 1) });
        }
    }

    /// <summary>What is due by now arrives or ends.</summary>
    public void Step()
    {
        lock (_gate)
        {
            while (_underWay.TryPeek(out var trip, out var due) && due <= cluster.Time.GetUtcNow())
            {
                _underWay.Dequeue();
                if (trip.HasArrived)
                {
                    trip.Reservation.Settle(trip.Actual);
                    continue;
                }

                provider.Arrive(due, trip.Actual);
                trip.Reservation.MarkReceived();
                _underWay.Enqueue(trip with { HasArrived = true }, due + trip.Takes);
            }
        }
    }

    private async Task SendAsync(LeaseBook book, TimeSpan travels, TimeSpan takes, QuotaAmounts actual)
    {
        _callers.Enter(book);
        try
        {
            var outcome = await book.ReserveAsync(quota, need, TestContext.Current.CancellationToken);
            if (outcome.Reservation is not { } reservation)
            {
                return;
            }

            if (!reservation.MaySend)
            {
                reservation.Cancel();
                return;
            }

            Interlocked.Increment(ref _served);
            lock (_gate)
            {
                _underWay.Enqueue(new(reservation, actual, takes, HasArrived: false), cluster.Time.GetUtcNow() + travels);
            }
        }
        finally
        {
            _callers.Leave(book);
        }
    }

    private readonly record struct Trip(Reservation Reservation, QuotaAmounts Actual, TimeSpan Takes, bool HasArrived);
}
