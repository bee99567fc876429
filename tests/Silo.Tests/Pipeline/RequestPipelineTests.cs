using System.Text;
using Microsoft.AspNetCore.Http;
using ThotNet.Routing.Quota;

namespace ThotNet.Silo.Tests.Pipeline;

/// <summary>A request whose lease was over before it could be sent goes on with another lease.</summary>
public sealed class RequestPipelineTests : IDisposable
{
    private const string Answer = """{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}]}""";

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
