using ThotNet.Load.Measure;
using ThotNet.Planner.Traces;

namespace ThotNet.Load.Replay;

/// <summary>What a replay found.</summary>
/// <param name="Sent">Requests sent.</param>
/// <param name="Duration">From the first request to the last answer.</param>
/// <param name="Lateness">How late each request was sent.</param>
/// <param name="Tally">What became of them.</param>
public sealed record ReplayResult(int Sent, TimeSpan Duration, LatencyHistogram Lateness, ReplayTally Tally);

/// <summary>Sends a trace's requests at their recorded times, divided by the speed.</summary>
public sealed class ReplayRun(ReplaySettings settings, TimeProvider time)
{
    // Without it a model that thinks has its answer cut by length, and such answers are never cached.
    private const int ThinkingTokens = 64;

    private readonly ChatBody _body = new(settings.Model, settings.Prompts is null ? 0 : ThinkingTokens);

    /// <summary>Sends all requests and waits for their ends.</summary>
    /// <param name="trace">The requests.</param>
    /// <param name="ended">Called after each ended call, on any thread.</param>
    /// <param name="cancellation">Stops sending, and cuts the calls that run.</param>
    public async Task<ReplayResult> RunAsync(IReadOnlyList<TraceEntry> trace, Action<ReplayTally> ended, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler { UseCookies = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var caller = new ChatCaller(client, settings.Gateway, settings.Key, settings.Timeout, time, cached: settings.Prompts is not null);
        var prompts = settings.Prompts?.Assign(trace.Count);
        var tally = new ReplayTally();
        var loop = new OpenLoop(time);
        var start = time.GetTimestamp();
        var sent = await loop.RunAsync([.. trace.Select(entry => entry.Offset / settings.Speed)], SendAsync, cancellation);
        return new ReplayResult(sent, time.GetElapsedTime(start), loop.Lateness, tally);

        async Task SendAsync(int number)
        {
            // Off the scheduler's thread: making a large body must not delay the next request.
            await Task.Yield();
            var stream = settings.Stream == StreamMode.True || (settings.Stream == StreamMode.Mix && number % 2 == 1);
            var prompt = prompts?[number] ?? number;
            var entry = trace[prompt];
            var body = _body.Write(prompt, settings.Scale(entry.ContextTokens), settings.Scale(entry.GeneratedTokens), stream);
            tally.Add(await caller.CallAsync(body, stream, cancellation));
            ended(tally);
        }
    }
}
