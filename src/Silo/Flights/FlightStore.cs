using ThotNet.Hosting.Configuration;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Replay;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Flights;

/// <summary>Stores what a flight brought, if it may be stored: whole, successful answers only.</summary>
internal sealed class FlightStore(AnswerCache cache, ThotNetOptions options, TimeProvider time)
{
    /// <summary>Stores the answer of a flight that was answered; never throws.</summary>
    /// <param name="flight">The flight.</param>
    /// <param name="request">The request that began it.</param>
    /// <param name="purges">What was purged when it began.</param>
    public Task StoreAsync(Flight flight, FlightRequest request, PurgeSnapshot purges)
    {
        if (flight.Record.Source is not { } source || flight.Answer is not { } answer || answer.Length > options.Cache.MaxEntryBytes
            || !MayBeKept(request, answer.Span))
        {
            return Task.CompletedTask;
        }

        var now = time.GetUtcNow();
        return cache.StoreAsync(
            new CachedAnswer
            {
                Key = flight.Key,
                Provider = source.Provider,
                Target = source.Target,
                Caller = request.Request.Caller,
                Body = answer,
                Usage = flight.Record.Usage,
                StoredAt = now,
                ExpiresAt = now + request.Plan.Policy.TimeToLive,
            },
            purges);
    }

    // Tools that nobody offered would be called only by a model gone astray.
    private static bool MayBeKept(FlightRequest request, ReadOnlySpan<byte> answer) =>
        request.Request is not ChatRequest chat
        || (AnswerFacts.TryRead(answer, out var facts) && facts.IsWhole && facts.Choices == chat.Choices && (chat.HasTools || !facts.HasToolCalls));
}
