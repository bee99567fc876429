using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Errors;
using ThotNet.Hosting.Security;
using ThotNet.Silo.Flights;

namespace ThotNet.Silo.Tests.Flights;

/// <summary>The HTTP side of another silo on a socket of its own: with the real endpoint and flights of a test, or with a test's handler in its place.</summary>
internal sealed class FlightPeer : IFlightSource, IAsyncDisposable
{
    private readonly Dictionary<Guid, AnswerRecord> _flights = [];
    private readonly WebApplication _app;
    private int _begun;
    private int _readers;

    private FlightPeer(string secret, RequestDelegate? handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(OptionsWith(secret));
        builder.Services.AddSingleton<GatewaySecret>();
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<IFlightSource>(this);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(60));
        _app = builder.Build();
        _app.UseThotNetErrors();
        if (handler is null)
        {
            _app.MapFlights();
        }
        else
        {
            _app.Run(handler);
        }
    }

    public FakeTimeProvider Time { get; } = new();

    public Uri Url => new(_app.Urls.First());

    /// <summary>How many readings were begun and are not over.</summary>
    public int Readers => Volatile.Read(ref _readers);

    /// <summary>How many readings were begun.</summary>
    public int Begun => Volatile.Read(ref _begun);

    public static async Task<FlightPeer> StartAsync(string secret = "s3cret", RequestDelegate? handler = null)
    {
        var peer = new FlightPeer(secret, handler);
        await peer._app.StartAsync(TestContext.Current.CancellationToken);
        return peer;
    }

    public static GatewaySecret SecretOf(string secret) => new(OptionsWith(secret));

    /// <summary>A flight that this silo leads from now on.</summary>
    public (Guid Id, AnswerRecord Record) Lead(bool isStream = true)
    {
        var record = new AnswerRecord { IsStream = isStream };
        var id = Guid.NewGuid();
        lock (_flights)
        {
            _flights.Add(id, record);
        }

        return (id, record);
    }

    public FlightReading? Find(Guid id)
    {
        lock (_flights)
        {
            return _flights.TryGetValue(id, out var record) ? new Reading(this, record) : null;
        }
    }

    /// <summary>Stops in good order: what runs may end.</summary>
    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    /// <summary>All connections break off.</summary>
    public Task DieAsync() => _app.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        await DieAsync();
        await _app.DisposeAsync();
    }

    private static ThotNetOptions OptionsWith(string secret)
    {
        var options = new ThotNetOptions();
        options.Access.GatewaySecret = secret;
        return options;
    }

    private sealed class Reading : FlightReading
    {
        private readonly FlightPeer _peer;

        public Reading(FlightPeer peer, AnswerRecord record)
            : base(record)
        {
            _peer = peer;
            Interlocked.Increment(ref peer._readers);
            Interlocked.Increment(ref peer._begun);
        }

        public override void Dispose() => Interlocked.Decrement(ref _peer._readers);
    }
}
