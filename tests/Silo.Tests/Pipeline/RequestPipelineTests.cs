using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Providers;
using ThotNet.Routing.Health;
using ThotNet.Routing.Quota;
using ThotNet.Silo.Routing;

namespace ThotNet.Silo.Tests.Pipeline;

/// <summary>What a request leaves behind, and that one whose lease was over before it could be sent goes on with another.</summary>
public sealed class RequestPipelineTests : IDisposable
{
    private const string Answer = """{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}]}""";

    private const string Counted =
        """{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":50,"total_tokens":55}}""";

    private readonly PipelineFixture _pipeline = new();
    private int _sent;

    public void Dispose() => _pipeline.Dispose();

    [Fact]
    public async Task Handle_LeaseOverBeforeSending_IsSentUnderTheNext()
    {
        var http = await HandleAsync(late: 1);

        Assert.Equal((200, "2", 1), (http.Response.StatusCode, http.Response.Headers["x-thotnet-attempts"].ToString(), _sent));
    }

    [Fact]
    public async Task Handle_LeaseAlwaysOver_EndsWithoutSending()
    {
        var http = await HandleAsync(late: int.MaxValue);

        Assert.Equal((503, 0), (http.Response.StatusCode, _sent));
        Assert.Equal((0, 0, 0), await _pipeline.UsedAsync());
    }

    [Fact]
    public async Task Handle_FaultDuringAProbe_LetsTheNextOneProbeAtOnce()
    {
        TargetHealth? health = null;
        _pipeline.OnStart = broken =>
        {
            health = broken;
            for (var failure = 0; failure < Circuit.FailuresToOpen; failure++)
            {
                health.Failed(AttemptFixture.Target, new(FailureClass.Transient, 500, "no"));
            }

            _pipeline.Time.Advance(Circuit.FirstOpen);
        };
        using var provider = new FakeProvider((_, _) =>
        {
            Assert.False(health!.TryEnter(AttemptFixture.Target, out _));
            throw new InvalidOperationException("fault");
        });
        await Assert.ThrowsAsync<InvalidOperationException>(() => _pipeline.HandleAsync(provider));
        Assert.True(health!.TryEnter(AttemptFixture.Target, out _));
    }

    [Fact]
    public async Task Handle_ThrottledByTheProvider_ClosesTheQuotaForAsLongAsItSays()
    {
        using var provider = new FakeProvider(async (request, _) =>
        {
            await FakeProvider.Take(request);
            _sent++;
            return new HttpResponseMessage(HttpStatusCode.TooManyRequests)
            {
                Content = new StringContent("""{"error":{"message":"slow down"}}"""),
                Headers = { { "retry-after", "30" } },
            };
        });
        var (http, health) = await _pipeline.HandleAsync(provider);
        await Eventually.TrueAsync(() => _pipeline.Provider.Snapshot().ClosedFor > TimeSpan.Zero);
        Assert.InRange(_pipeline.Provider.Snapshot().ClosedFor.TotalSeconds, 28, 30);
        Assert.Equal((429, 1), (http.Response.StatusCode, _sent));
        Assert.True(health.TryEnter(AttemptFixture.Target, out _));
    }

    [Fact]
    public async Task Handle_RequestOfTwoAttempts_IsAskedForOnce()
    {
        await HandleAsync(late: 1);

        // 10 tokens of the prompt and 100 of the answer: 2 log2(110) = 13.6.
        Assert.Equal([new DemandReport(1, 13, 1, 10, 100)], _pipeline.Demand!.Take());
    }

    [Fact]
    public async Task Handle_Answered_MeasuresTheTimeToTheFirstEvent()
    {
        TargetHealth? health = null;
        _pipeline.OnStart = started =>
        {
            health = started;
            health.Measured(AttemptFixture.Target, TimeSpan.FromSeconds(1));
            health.Measured(AttemptFixture.Target, TimeSpan.FromSeconds(1));
        };
        using var provider = new FakeProvider(async (request, _) =>
        {
            await FakeProvider.Take(request);
            _pipeline.Time.Advance(TimeSpan.FromSeconds(4));
            return new HttpResponseMessage { Content = new StringContent(Counted, Encoding.UTF8, "application/json") };
        });
        await _pipeline.HandleAsync(provider);

        // 4 s, of which 50 tokens are allowed 1 s.
        // The clock of the test goes on by some tenths of a second meanwhile.
        Assert.InRange(health!.Report().Single().Latency!.Value.TotalSeconds, 5 / 3.0, 1.9);
    }

    private async Task<HttpContext> HandleAsync(int late)
    {
        using var provider = new FakeProvider(async (request, _) =>
        {
            if (late-- > 0)
            {
                _pipeline.Time.Advance(LeaseRules.Lifetime + LeaseRules.SendMargin);
            }

            await FakeProvider.Take(request);
            _sent++;
            return new HttpResponseMessage { Content = new StringContent(Answer, Encoding.UTF8, "application/json") };
        });
        var (http, health) = await _pipeline.HandleAsync(provider);
        Assert.True(health.TryEnter(AttemptFixture.Target, out _));
        return http;
    }
}
