using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

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
        await SetLatencyAsync(cluster, firstTokenMs: 100, perTokenMs: 10);
        await WarmUpAsync(cluster);

        using var load = new Load(cluster, workers: 24);
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
        Assert.Equal(0, await OverspendAsync(cluster));
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
        Assert.Equal(0, await OverspendAsync(cluster));
    }

    private static async Task<int> PostAsync(LocalCluster cluster, int maxWait)
    {
        using var message = Chat(stream: false);
        message.Headers.Add("x-thotnet-max-wait", $"{maxWait}");
        using var response = await cluster.Client.SendAsync(message);
        return (int)response.StatusCode;
    }

    private static HttpRequestMessage Chat(bool stream) => new(HttpMethod.Post, "/v1/chat/completions")
    {
        Content = new StringContent(
            $$"""{"model":"auto","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Talk. [[tokens=20]]"}]}""", Encoding.UTF8, "application/json"),
    };

    private static async Task WarmUpAsync(LocalCluster cluster) =>
        await Eventually.TrueAsync(async () => await PostAsync(cluster, maxWait: 5) == 200, "the cluster serves");

    private static async Task SetLatencyAsync(LocalCluster cluster, int firstTokenMs, int perTokenMs)
    {
        using var http = new HttpClient();
        using var body = new StringContent($$"""{"firstTokenMs":{{firstTokenMs}},"perTokenMs":{{perTokenMs}}}""", Encoding.UTF8, "application/json");
        (await http.PostAsync(new Uri(cluster.Simulator, "control/latency"), body)).EnsureSuccessStatusCode();
    }

    private static async Task<long> OverspendAsync(LocalCluster cluster)
    {
        using var http = new HttpClient();
        var state = JsonDocument.Parse(await http.GetStringAsync(new Uri(cluster.Simulator, "control/state"))).RootElement;
        return state.GetProperty("worstRequestOverspend").GetInt64() + state.GetProperty("worstTokenOverspend").GetInt64();
    }

    /// <summary>Closed loops of chat requests, every second one a stream.</summary>
    private sealed class Load : IDisposable
    {
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

        public Task ServedAtLeastAsync(int count) => Eventually.TrueAsync(() => Served >= count, $"{count} requests are served", seconds: 60);

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_workers);
        }

        public void Dispose() => _stop.Dispose();

        private async Task RunAsync(bool stream)
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    await OneAsync(stream);
                }
                catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
                {
                    Lost.Enqueue($"stream {stream}: {exception.Message}");
                }
            }
        }

        private async Task OneAsync(bool stream)
        {
            using var message = Chat(stream);
            using var response = await _cluster.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
            if (!response.IsSuccessStatusCode)
            {
                Lost.Enqueue($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            }
            else if (!stream)
            {
                await response.Content.ReadAsStringAsync();
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
