using System.Collections.Concurrent;
using System.Reflection;
using ThotNet.Grains.Abstractions.Flights;

namespace ThotNet.Silo.Tests.Flights;

/// <summary>Says who leads: whoever asks, unless the test says otherwise.</summary>
internal sealed class FakeFlightGrain : IFlightGrain
{
    /// <summary>All questions so far.</summary>
    public ConcurrentQueue<FlightAsk> Asks { get; } = new();

    /// <summary>All flights whose end was told.</summary>
    public ConcurrentQueue<Guid> Ended { get; } = new();

    /// <summary>Answers the questions.</summary>
    public Func<FlightAsk, Task<FlightPlace>> Answer { get; set; } = Lead;

    /// <summary>The asker leads.</summary>
    public static Task<FlightPlace> Lead(FlightAsk ask) => Task.FromResult(new FlightPlace(true, ask.FlightId, ask.Url));

    public Task<FlightPlace> Join(FlightAsk ask)
    {
        Asks.Enqueue(ask);
        return Answer(ask);
    }

    public Task Leave(Guid flight)
    {
        Ended.Enqueue(flight);
        return Task.CompletedTask;
    }

    /// <summary>A grain factory that knows this one.</summary>
    public IGrainFactory AsFactory()
    {
        var factory = DispatchProxy.Create<IGrainFactory, OneFlightGrainFactory>();
        ((OneFlightGrainFactory)(object)factory).Grain = this;
        return factory;
    }
}

/// <summary>A grain factory that knows one grain. Public and open, because the runtime derives the proxy from it.</summary>
public class OneFlightGrainFactory : DispatchProxy
{
    internal IFlightGrain? Grain { get; set; }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IGrainFactory.GetGrain) ? Grain : throw new NotSupportedException(targetMethod.Name);
}
