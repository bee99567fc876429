using System.Collections.Concurrent;
using ThotNet.ProviderSimulator.Configuration;

namespace ThotNet.EndToEnd.Tests;

/// <summary>Silos that die and leave under load, in a cluster of real processes.</summary>
public sealed class LocalClusterTests
{
    // Each silo goes in its turn, so that one of them was the authority over the quotas.
    [Theory]
    [InlineData("kill-silo")]
    [InlineData("stop-silo")]
    public async Task EachSilo_GoesUnderLoad_NoRequestThatHadNotBegunToStreamIsLost(string verb)
    {
        Assert.SkipUnless(LocalCluster.Obstacle is null, LocalCluster.Obstacle ?? "");
        await using var cluster = await LocalCluster.StartAsync(silos: 3, LocalCluster.Wide);
        await SimulatorControl.SetLatencyAsync(cluster.Simulator, new SimulatedLatency { FirstTokenMs = 100, PerTokenMs = 10 });
        await WarmUpAsync(cluster);

        await using var load = new Load(cluster, workers: 24);
        await load.ServedAtLeastAsync(100);
        for (var silo = 1; silo <= 3; silo++)
        {
            await cluster.RunAsync(verb, $"{silo}");
            await load.ServedAtLeastAsync(load.Served + 200);
            await cluster.RunAsync("start-silo", $"{silo}");
            await load.ServedAtLeastAsync(load.Served + 200);
        }

        await load.StopAsync();

        Assert.Empty(load.Lost);
        Assert.Equal(0, await SimulatorControl.OverspendAsync(cluster.Simulator));
        if (verb == "stop-silo")
        {
            Assert.Equal(0, load.BrokenStreams);
        }
    }

    [Fact]
    public async Task Budgets_OverThreeSilosUnderLoad_AreSpentAndNeverOverspent()
    {
        Assert.SkipUnless(LocalCluster.Obstacle is null, LocalCluster.Obstacle ?? "");
        await using var cluster = await LocalCluster.StartAsync(silos: 3, perMinute: 20);
        List<Task<int>> requests = [.. Enumerable.Range(0, 150).Select(_ => PostAsync(cluster, maxWait: 0))];
        var statuses = await Task.WhenAll(requests);

        // Without patience a request may find the last one of a budget in the hand of another silo.
        Assert.InRange(statuses.Count(status => status == 200), 57, 60);
        Assert.All(statuses, status => Assert.True(status is 200 or 429));
        Assert.Equal(0, await SimulatorControl.OverspendAsync(cluster.Simulator));
    }

    private static async Task<int> PostAsync(LocalCluster cluster, int maxWait)
    {
        using var message = Chat(stream: false);
        message.Headers.Add("x-thotnet-max-wait", $"{maxWait}");
        using var response = await cluster.Client.SendAsync(message);
        return (int)response.StatusCode;
    }

    private static HttpRequestMessage Chat(bool stream) =>
        ChatPost.Of($$"""{"model":"auto","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Talk. [[tokens=20]]"}]}""");

    private static async Task WarmUpAsync(LocalCluster cluster) =>
        await Eventually.TrueAsync(async () => await PostAsync(cluster, maxWait: 5) == 200, "the cluster serves");

    /// <summary>Closed loops of chat requests, every second one a stream.</summary>
    private sealed class Load : IAsyncDisposable
    {
        // A gateway that refuses everything does so thousands of times a second: the reason is clear from the first ones.
        private const int MostLost = 100;

        private readonly LocalCluster _cluster;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task[] _workers;
        private int _served;
        private int _broken;

        public Load(LocalCluster cluster, int workers)
        {
            _cluster = cluster;
            _workers = [.. Enumerable.Range(0, workers).Select(number => Task.Run(() => RunAsync(stream: number % 2 == 0)))];
        }

        public int Served => Volatile.Read(ref _served);

        public int BrokenStreams => Volatile.Read(ref _broken);

        public ConcurrentQueue<string> Lost { get; } = [];

        public Task ServedAtLeastAsync(int count) =>
            Eventually.TrueAsync(() => Served >= count || Lost.Count >= MostLost, $"{count} requests are served", seconds: 60);

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_workers);
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stop.Dispose();
        }

        private async Task RunAsync(bool stream)
        {
            while (!_stop.IsCancellationRequested && Lost.Count < MostLost)
            {
                try
                {
                    await OneAsync(stream);
                }
                catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
                {
                    Lost.Enqueue($"stream {stream}: {exception.Message}");
                }
            }
        }

        private async Task OneAsync(bool stream)
        {
            using var message = Chat(stream);
            using var response = await _cluster.Client.SendAsync(message, stream ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead);
            if (!response.IsSuccessStatusCode)
            {
                Lost.Enqueue($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            }
            else if (!stream)
            {
                Interlocked.Increment(ref _served);
            }
            else
            {
                var log = await SseLog.ReadAsync(response);
                if (log.HasDone)
                {
                    Interlocked.Increment(ref _served);
                }
                else if (log.Broken && log.Data.Count > 0)
                {
                    // Had begun to stream from the silo that went: the caller must be able to tell, and can.
                    Interlocked.Increment(ref _broken);
                }
                else
                {
                    Lost.Enqueue($"a stream that ended without a word after {log.Data.Count} events");
                }
            }
        }
    }
}
