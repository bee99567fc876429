using System.Net;
using System.Reflection;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Silo.Quota;

namespace ThotNet.Benchmarks;

/// <summary>What a request costs the lease book while a lease is in hand: a reservation and its settlement.</summary>
[MemoryDiagnoser]
public class LeaseBookBenchmarks
{
    private const string Key = "provider/bench/default";

    private static readonly QuotaAmounts Needed = QuotaAmounts.OfRequest(300, 100);
    private static readonly QuotaAmounts Used = QuotaAmounts.OfRequest(250, 16);

    private LeaseBook _book = null!;

    /// <summary>A book with an endless lease.</summary>
    [GlobalSetup]
    public async Task Setup()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddQuota();
        services.AddSingleton(new Catalog([], [new QuotaDefinition(Key, [])]));
        services.AddSingleton<ILocalSiloDetails>(new NoSilo());
        services.AddSingleton(GenerousAuthority.Create());
        _book = services.BuildServiceProvider().GetRequiredService<LeaseBook>();
        var outcome = await _book.ReserveAsync(Key, Needed, CancellationToken.None);
        if (!outcome.IsGranted) throw new InvalidOperationException($"No lease: {outcome.Refusal}.");
    }

    /// <summary>Reserves what a request needs at most, settles what it used.</summary>
    [Benchmark]
    public void ReserveAndSettle()
    {
        if (!_book.TryReserve(Key, Needed, out var reservation)) throw new InvalidOperationException("The lease is gone.");
        reservation.MarkReceived();
        reservation.Settle(Used);
    }

    /// <summary>The address of a silo that does not run.</summary>
    private sealed class NoSilo : ILocalSiloDetails
    {
        public string Name => "bench";

        public string ClusterId => "bench";

        public string DnsHostName => "localhost";

        public SiloAddress SiloAddress { get; } = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11111), 1);

        public SiloAddress GatewayAddress => SiloAddress;
    }
}

/// <summary>A grain factory whose only grain grants at once, for a day, more than any run uses. Public and open, because the runtime derives the proxy from it.</summary>
public class GenerousAuthority : DispatchProxy
{
    /// <summary>Makes the factory.</summary>
    public static IGrainFactory Create() => Create<IGrainFactory, GenerousAuthority>();

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod?.Name == nameof(IGrainFactory.GetGrain) ? new Grain() : throw new NotSupportedException(targetMethod?.Name);

    private sealed class Grain : IQuotaGrain
    {
        private const long Endless = 1L << 50;

        private static readonly QuotaAmounts Amounts = new(Endless, Endless, Endless, Endless, Endless, Endless);

        public Task<LeaseAnswer> Renew(LeaseRequest request) =>
            Task.FromResult(new LeaseAnswer(request.Sequence, new Lease(request.Sequence, Amounts, TimeSpan.FromDays(1)), LeaseRefusal.None, TimeSpan.Zero));

        public Task<QuotaSnapshot> GetSnapshot() => throw new NotSupportedException();
    }
}
