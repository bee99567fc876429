using ThotNet.Load.Replay;

namespace ThotNet.Load.Chaos;

/// <summary>
/// A closed loop far above what the budgets supply: each worker asks again when it has its answer, after a pause if that was no success.
/// Sizes vary, so that what is left of a budget of tokens is of use to somebody.
/// </summary>
public sealed class ChaosLoad(ScriptedCluster cluster, int workers, TimeProvider time, int speed)
{
    /// <summary>What a request uses on average, prompt and answer, as the simulator counts.</summary>
    public const int MeanTokens = (SmallestPrompt * (Sizes + 1) / 2) + Answer;

    private const int SmallestPrompt = 12;
    private const int Sizes = 7;
    private const int Answer = 16;

    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly ChatBody _body = new("auto");
    private int _number; // Interlocked.

    /// <summary>What became of all calls.</summary>
    public ReplayTally Tally { get; } = new();

    /// <summary>Runs until no more is to be sent, and waits for the last answers.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var handler = new SocketsHttpHandler { UseCookies = false, UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        var caller = new ChatCaller(client, cluster.Gateway, cluster.Key, Timeout, time);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(caller, stop)));
    }

    private async Task WorkAsync(ChatCaller caller, CancellationToken stop)
    {
        await Task.Yield();
        while (!stop.IsCancellationRequested)
        {
            var number = Interlocked.Increment(ref _number);
            var stream = number % 2 == 0;
            var body = _body.Write(number, SmallestPrompt * (1 + (number % Sizes)), Answer, stream);

            // Not cancelled at the end: who waits then is answered, and what was sent is counted.
            var outcome = await caller.CallAsync(body, stream, CancellationToken.None);
            Tally.Add(outcome);
            if (outcome.Result != CallResult.Served)
                await Task.Delay(PauseAfterRefusal / speed, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
