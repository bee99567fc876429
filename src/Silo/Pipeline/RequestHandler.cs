using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Errors;
using ThotNet.Providers;
using ThotNet.Silo.Caching;
using ThotNet.Silo.Decisions;
using ThotNet.Silo.Flights;
using ThotNet.Silo.Streaming;
using ThotNet.Silo.Usage;
using Tiers = System.Collections.Immutable.ImmutableArray<System.Collections.Immutable.ImmutableArray<ThotNet.Routing.TargetDefinition>>;

namespace ThotNet.Silo.Pipeline;

/// <summary>
/// Answers one valid request: from the cache, from an equal request that is under way, or by the pipeline (docs/architecture.md, "One request").
/// </summary>
internal sealed class RequestHandler(
    CandidateFinder finder,
    CachePlanner planner,
    AnswerCache cache,
    AnswerReplay replay,
    FlightTable flights,
    FlightFeeder feeder,
    FlightReader reader,
    RequestPipeline pipeline,
    CacheMetrics cacheMetrics,
    SiloMetrics metrics,
    ThotNetOptions options,
    TimeProvider time)
{
    /// <summary>Answers the request.</summary>
    /// <param name="http">The caller's side.</param>
    /// <param name="request">The valid request; its body lives until this returns.</param>
    /// <param name="patience">How long it may wait for headroom.</param>
    /// <param name="control">What the caller wants of the cache.</param>
    public async Task HandleAsync(HttpContext http, ModelRequest request, Patience patience, CacheControl control)
    {
        if (finder.Find(request, out var tiers) is { } unknown)
        {
            await http.WriteErrorAsync(unknown);
            metrics.CountRequest(unknown.Status, TimeSpan.Zero);
            return;
        }

        await using var caller = new CallerConnection(http, request.Stream, options.Routing.KeepAlive, time);
        caller.Tell(CacheResult.Bypass);

        // Who asks why a request goes where it goes wants to see it go there.
        var plan = DecisionLog.IsAskedBy(http) ? default : planner.Plan(request, tiers, control);
        var end = await ServeAsync(caller, request, tiers, patience, plan);
        cacheMetrics.Count(caller.Result.ToWord());
        metrics.CountRequest(end.Left ? 499 : end.Error?.Status ?? 200, end.Waited);
        if (end.Error is not null)
        {
            await caller.FailAsync(end.Error);
        }
    }

    private async Task<PipelineEnd> ServeAsync(CallerConnection caller, ModelRequest request, Tiers tiers, Patience patience, CachePlan plan)
    {
        try
        {
            return plan.Key is { } key
                ? await LookAsync(caller, request, tiers, patience, plan, key)
                : plan.OnlyIfCached ? new(NotStored, TimeSpan.Zero) : await pipeline.ServeAsync(caller, request, tiers, patience);
        }
        catch (OperationCanceledException) when (caller.Left.IsCancellationRequested)
        {
            return new(null, TimeSpan.Zero) { Left = true };
        }
    }

    private async Task<PipelineEnd> LookAsync(
        CallerConnection caller, ModelRequest request, Tiers tiers, Patience patience, CachePlan plan, CacheKey key)
    {
        var look = plan.Looks ? await cache.FindAsync(key, AnswerCache.LookupTime, caller.Left) : default;
        if (look.Answer is { } stored && await TrySendStoredAsync(caller, request, stored, plan))
        {
            return default;
        }

        caller.Tell(CacheResult.Miss);
        if (plan.OnlyIfCached)
        {
            return new(NotStored, TimeSpan.Zero);
        }

        // A store that failed, or holds what is too old for this caller, is not asked again.
        var lookTime = look is { Failed: false, Answer: null } ? AnswerCache.LookupTime - look.Took : TimeSpan.Zero;
        return await FlyAsync(caller, new(request, tiers, patience, plan, caller.RequestId, lookTime), key);
    }

    /// <summary>Reads flights until one gives an answer or an error that is this caller's as well.</summary>
    private async Task<PipelineEnd> FlyAsync(CallerConnection caller, FlightRequest request, CacheKey key)
    {
        var (begun, patience) = (time.GetTimestamp(), request.Patience);
        var feeding = Task.CompletedTask;
        try
        {
            while (true)
            {
                using var seat = request.Plan.Shares ? flights.Board(key) : flights.BoardAlone(key);
                if (seat.IsFirst)
                {
                    feeding = Task.WhenAll(feeding, feeder.FeedAsync(seat.Flight, request));
                }

                caller.Tell(seat.IsFirst ? CacheResult.Miss : CacheResult.Coalesced);
                var end = await reader.ReadAsync(seat.Flight, caller, request.Request, request.Patience.Longest);
                if (EndOf(end, seat, caller, request.Plan.Shares) is { } known)
                {
                    return known;
                }

                // A stream that broke, or cannot be read as a whole, or waits for too long, will not do better for this caller: it asks for itself.
                var alone = end is ReadEnd.LostPatience || seat.Flight.Record.Length > 0;
                request = request with
                {
                    Plan = alone ? request.Plan with { Looks = false } : request.Plan,
                    Patience = patience.Less(time.GetElapsedTime(begun)),
                };
            }
        }
        finally
        {
            // Feeders read the request's body, which ends with this method. All seats are left by now.
            await feeding;
        }
    }

    private PipelineEnd? EndOf(ReadEnd end, Seat seat, CallerConnection caller, bool shares)
    {
        var flight = seat.Flight;
        var waited = seat.IsFirst ? flight.Waited : TimeSpan.Zero;
        if (end is ReadEnd.Answered && caller.Result is CacheResult.Coalesced && flight.Record.Source is { } source)
        {
            cacheMetrics.Saved(source.Provider, CacheResult.Coalesced.ToWord(), flight.Record.Usage);
        }

        return end switch
        {
            ReadEnd.Answered => new(null, waited),
            ReadEnd.Failed => new(flight.Record.Error, waited),
            ReadEnd.LostPatience => null,
            _ when seat.IsFirst && flight.OwnError is { } own => new(own, waited),

            // Nothing of its own flight will be better the next time.
            _ when !shares && flight.Record.Error is { } error => new(error, waited),
            _ => null,
        };
    }

    private async Task<bool> TrySendStoredAsync(CallerConnection caller, ModelRequest request, CachedAnswer stored, CachePlan plan)
    {
        var age = time.GetUtcNow() - stored.StoredAt;
        if (age > plan.MaxAge)
        {
            return false;
        }

        caller.Tell(CacheResult.Hit);
        caller.Describe(stored.Provider, stored.Model, attempts: 0, age);
        if (!await replay.TrySendAsync(caller, request, stored.Body, plan.Policy.ReplayPause))
        {
            caller.Describe(null);
            return false;
        }

        cacheMetrics.Saved(stored.Provider, CacheResult.Hit.ToWord(), stored.Usage);
        return true;
    }

    private static ApiError NotStored { get; } =
        new(504, "There is no stored answer for this request, and Cache-Control: only-if-cached asks for no other.", "invalid_request_error", "not_cached")
        {
            Spanish = "No hay una respuesta guardada para esta solicitud, y Cache-Control: only-if-cached no pide otra.",
            ShouldRetry = false,
        };
}
