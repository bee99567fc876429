using ThotNet.Grains.Abstractions.Flights;

namespace ThotNet.Silo.Flights;

/// <summary>Asks the grain of a key who leads. A cluster that cannot say makes a flight lead by itself: an answer too many is better than none.</summary>
internal sealed partial class FlightPlaces(IGrainFactory grains, ILocalSiloDetails self, Uri ownAddress, TimeProvider time, ILogger<FlightPlaces> log)
{
    /// <summary>How long the first question may take: 2 s.</summary>
    public static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How long it may take to agree on a new leader when one has died: 10 s, in which a dead silo is found out.</summary>
    public static readonly TimeSpan TakeoverTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Who leads, or null when nobody can say.</summary>
    /// <param name="flight">The flight that would lead.</param>
    /// <param name="dead">The flight that was followed in vain, or null.</param>
    public async Task<FlightPlace?> JoinAsync(Flight flight, Guid? dead)
    {
        using var bound = new CancellationTokenSource(dead is null ? JoinTimeout : TakeoverTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, flight.Abandoned);
        var ask = new FlightAsk(flight.Id, ownAddress, self.SiloAddress, dead);
        while (true)
        {
            try
            {
                return await grains.GetGrain<IFlightGrain>(flight.Key.ToString()).Join(ask).WaitAsync(either.Token);
            }
            catch (Exception exception) when (!flight.Abandoned.IsCancellationRequested)
            {
                if (dead is null || bound.IsCancellationRequested)
                {
                    LogNoPlace(exception);
                    return null;
                }
            }

            await Task.Delay(Pause, time, flight.Abandoned);
        }
    }

    /// <summary>The flight has ended.</summary>
    public async Task LeaveAsync(Flight flight)
    {
        try
        {
            await grains.GetGrain<IFlightGrain>(flight.Key.ToString()).Leave(flight.Id).WaitAsync(JoinTimeout, time);
        }
        catch (Exception exception)
        {
            // Whoever asks next is sent to a flight that is gone, and takes over.
            LogNotLeft(exception);
        }
    }

    [LoggerMessage(2201, LogLevel.Warning, "Nobody could say who leads a flight; this silo asks a provider by itself")]
    private partial void LogNoPlace(Exception exception);

    [LoggerMessage(2202, LogLevel.Warning, "The end of a flight could not be told")]
    private partial void LogNotLeft(Exception exception);
}
