using System.Collections.Concurrent;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Silo.Quota;

namespace ThotNet.Cluster.Tests.Quota;

/// <summary>Requests on all silos of a cluster for one quota. Each that is granted goes to the provider, if its reservation still allows it.</summary>
internal sealed class Traffic(ThotCluster cluster, ProviderDouble provider, string quota)
{
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private const int MostWaiting = 12;

    private readonly Callers _callers = cluster.AddCallers();
    private readonly ConcurrentQueue<ReserveOutcome> _refused = new();
    private int _sent;

    /// <summary>What each request needs and uses.</summary>
    public QuotaAmounts Need { get; set; } = new(1, 0);

    public int Sent => Volatile.Read(ref _sent);

    public IReadOnlyCollection<ReserveOutcome> Refused => _refused;

    /// <summary>For a while, that many new requests come to each silo with each step.</summary>
    public Task RunAsync(TimeSpan time, int each = 3) => RunAsync(time, () => cluster.Books, each);

    /// <summary>For a while, that many new requests come to some silos with each step.</summary>
    public async Task RunAsync(TimeSpan time, Func<IEnumerable<LeaseBook>> books, int each = 3)
    {
        for (var end = cluster.Time.GetUtcNow() + time; cluster.Time.GetUtcNow() < end;)
        {
            foreach (var book in books())
            {
                for (var request = 0; request < each && _callers.At(book) < MostWaiting; request++)
                {
                    _ = SendAsync(book);
                }
            }

            await cluster.StepAsync(Step);
        }
    }

    /// <summary>Requests come to one silo until it holds a lease from which nobody waits.</summary>
    public async Task RunUntilHeldAsync(LeaseBook book)
    {
        for (var step = 0; step < 100; step++)
        {
            await RunAsync(step % 4 == 0 ? Step : TimeSpan.Zero, () => [book], each: 1);
            await cluster.StepAsync(Step);
            if (_callers.At(book) == 0 && book.TryReserve(quota, Need, out var reservation))
            {
                reservation.Cancel();
                return;
            }
        }

        Assert.Fail("The silo should have got a lease of more than it needed at once.");
    }

    /// <summary>Nothing new comes until nothing waits and every silo has returned its leases, or the windows of those that died are over.</summary>
    /// <param name="budget">Which budget tells so.</param>
    public async Task DrainAsync(int budget = 0)
    {
        await cluster.PassAsync(TimeSpan.Zero, () => Task.FromResult(cluster.Books.All(book => _callers.At(book) == 0)));
        await cluster.PassAsync(TimeSpan.Zero, async () => (await cluster.Quota(quota).GetSnapshot()).Budgets[budget].Outstanding == 0);
    }

    /// <summary>One request; tells whether it was sent.</summary>
    public async Task<bool> SendAsync(LeaseBook book)
    {
        _callers.Enter(book);
        try
        {
            var outcome = await book.ReserveAsync(quota, Need, TestContext.Current.CancellationToken);
            if (outcome.Reservation is not { } reservation)
            {
                _refused.Enqueue(outcome);
                return false;
            }

            if (!reservation.MaySend)
            {
                reservation.Cancel();
                return false;
            }

            provider.Arrive(cluster.Time.GetUtcNow(), Need);
            reservation.MarkReceived();
            reservation.Settle(Need);
            Interlocked.Increment(ref _sent);
            return true;
        }
        finally
        {
            _callers.Leave(book);
        }
    }
}
