using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Failures;
using ThotNet.Silo.Caching;
using ThotNet.Silo.Pipeline;

namespace ThotNet.Silo.Flights;

/// <summary>
/// Feeds a flight: from the leader's silo where another leads, else from a provider. While nothing of the answer is there a leader that dies is replaced,
/// by the first who reports it; after that the flight ends as a broken stream does (wire.md 1.3).
/// </summary>
internal sealed partial class FlightFeeder(
    RequestPipeline pipeline,
    AnswerCache cache,
    FlightTable table,
    FlightPlaces places,
    FlightClient client,
    FlightStore store,
    TimeProvider time,
    ILogger<FlightFeeder> log)
{
    /// <summary>Feeds the flight to its end; nothing is thrown. What is still to be done then, such as storing the answer, does not need the request's body.</summary>
    public async Task FeedAsync(Flight flight, FlightRequest request)
    {
        // Until another is known to lead: whoever leaves while it asks may have been noted as the leader.
        var leads = true;
        var begun = time.GetTimestamp();
        PurgeSnapshot? purges = null;
        try
        {
            leads = !request.Plan.Shares || await FollowAsync(flight, request);
            if (leads)
            {
                // Who followed another in vain has waited.
                var patience = request.Patience.Less(time.GetElapsedTime(begun));
                purges = await LeadAsync(flight, request with { Patience = patience });
            }
        }
        catch (OperationCanceledException) when (flight.Abandoned.IsCancellationRequested)
        {
            // Nobody reads any more.
        }
        catch (Exception exception)
        {
            LogFault(exception, request.Id);
            if (flight.Record.End is RecordEnd.Open)
            {
                flight.Record.Fail(Fault);
            }
        }
        finally
        {
            _ = EndAsync(flight, request, leads && request.Plan.Shares, purges);
        }
    }

    /// <summary>Follows whoever leads, until that is over or this flight has to lead.</summary>
    /// <returns>True when this flight leads.</returns>
    private async Task<bool> FollowAsync(Flight flight, FlightRequest request)
    {
        for (Guid? dead = null; ;)
        {
            if (await places.JoinAsync(flight, dead) is not { Leads: false } place)
            {
                flight.IsFollowing = false;
                return true;
            }

            flight.IsFollowing = true;
            var end = await client.FollowAsync(place.Url, place.FlightId, flight.Record, flight.Abandoned);
            if (end is FollowEnd.Ended)
            {
                return false;
            }

            flight.Abandoned.ThrowIfCancellationRequested();
            if (flight.Record.Length > 0)
            {
                flight.Record.Fail(FailureErrors.ToApiError(LeaderLost));
                return false;
            }

            // A leader that is gone has ended, so its answer may be there by now.
            if (end is FollowEnd.Gone && await TryTakeStoredAsync(flight, request))
            {
                return false;
            }

            dead = place.FlightId;
        }
    }

    /// <summary>Lets the pipeline answer.</summary>
    /// <returns>What was purged when it began, if the answer is a new one that may be stored.</returns>
    private async Task<PurgeSnapshot?> LeadAsync(Flight flight, FlightRequest request)
    {
        // Another flight may have ended between our look and our taking the lead; it stored its answer before it gave the lead up.
        if (request.Plan.Looks && await TryTakeStoredAsync(flight, request))
        {
            return null;
        }

        // From before the provider is asked: what is purged meanwhile stays purged.
        var purges = cache.Purges;
        flight.Record.IsStream = request.Request.Stream;
        await using var recorder = new FlightRecorder(flight, request.Id);
        var asked = request.Request is ChatRequest chat ? chat.WithUsage() : request.Request;
        var end = await pipeline.ServeAsync(recorder, asked, request.Tiers, request.Patience);
        flight.Waited = end.Waited;
        if (end is { Error: null, Left: false })
        {
            flight.Record.Complete(end.Usage);
            return purges;
        }

        if (end.Untried)
        {
            flight.OwnError = end.Error;
        }
        else if (end.Error is not null)
        {
            flight.Record.Fail(end.Error);
        }

        return null;
    }

    private async Task<bool> TryTakeStoredAsync(Flight flight, FlightRequest request)
    {
        if (request.LookTime <= TimeSpan.Zero
            || (await cache.FindAsync(flight.Key, request.LookTime, flight.Abandoned)).Answer is not { } stored)
        {
            return false;
        }

        // A leader that handed over may have said that it had a stream.
        flight.IsFollowing = true;
        flight.Record.IsStream = false;
        flight.Record.Describe(new AnswerSource(stored.Provider, stored.Target, 0));
        flight.Record.Append(stored.Body.Span);
        flight.Record.Complete(stored.Usage);
        return true;
    }

    // Stored before the lead is given up, because whoever leads next looks once more; handed over only after it, so that those who go again find it free.
    private async Task EndAsync(Flight flight, FlightRequest request, bool isLeader, PurgeSnapshot? purges)
    {
        try
        {
            if (purges is not null)
            {
                await store.StoreAsync(flight, request, purges);
            }
        }
        catch (Exception exception)
        {
            // A flight that stayed in the table would be boarded for ever.
            LogFault(exception, request.Id);
        }

        if (isLeader)
        {
            await places.LeaveAsync(flight);
        }

        if (flight.OwnError is not null)
        {
            flight.Record.HandOver();
        }

        table.Close(flight);
    }

    private static ProviderFailure LeaderLost { get; } =
        new(FailureClass.BrokenStream, 0, "The stream ended before the answer was complete.", Code: "stream_ended_early");

    private static ApiError Fault { get; } =
        new(500, "The server had an error while processing the request.", "server_error", RetryAfter: TimeSpan.FromSeconds(1))
        {
            Spanish = "El servidor tuvo un error al procesar la solicitud.",
        };

    [LoggerMessage(2211, LogLevel.Error, "The flight of request {RequestId} failed")]
    private partial void LogFault(Exception exception, string requestId);
}
