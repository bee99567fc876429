using System.Net;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Tests.Pipeline;

/// <summary>What a request costs its caller, by how it ends: nothing as long as nothing of it was sent to a provider.</summary>
public sealed class CallerEndingTests : IDisposable
{
    private const string Text = """{"id":"x","choices":[{"index":0,"delta":{"content":"a"}}]}""";
    private const string Answer = """
        {"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}
        """;

    private static readonly (long, long, long) Nothing = (0, 0, 0);
    private static readonly (long, long, long) RequestOnly = (1, 0, 0);
    private static readonly TimeSpan AWhile = TimeSpan.FromSeconds(3);
    private static readonly Patience Patient = new(TimeSpan.FromMinutes(2), IsAsked: true);

    private readonly PipelineFixture _pipeline = new();

    public void Dispose() => _pipeline.Dispose();

    [Fact]
    public async Task Answered_CostsWhatWasCounted()
    {
        using var provider = FakeProvider.Answers(200, Answer);
        Assert.Equal(200, await StatusAsync(provider));
        Assert.Equal((1, 12, 19), await _pipeline.UsedAsync());
    }

    [Fact]
    public async Task NoTargetHasRoom_CostsNothing()
    {
        await SpendProviderAsync();
        using var provider = NeverAsked();
        Assert.Equal(429, await StatusAsync(provider));
        Assert.Equal(Nothing, await _pipeline.UsedAsync());
    }

    [Fact]
    public async Task ProvidersAuthorityIsDown_CostsNothing()
    {
        _pipeline.Provider.IsDown = true;
        using var provider = NeverAsked();
        Assert.Equal(503, await StatusAsync(provider));
        Assert.Equal(Nothing, await _pipeline.UsedAsync());
    }

    [Fact]
    public async Task LeftInTheWaitingRoom_CostsNothing()
    {
        await SpendProviderAsync();
        _pipeline.LeaveAfter(AWhile);
        using var provider = NeverAsked();
        await LeavesAsync(provider);
        Assert.Equal(Nothing, await _pipeline.UsedAsync());
    }

    [Fact]
    public async Task LeftWhileWaitingForALease_CostsNothing()
    {
        var hold = _pipeline.Provider.Hold = new();
        _pipeline.LeaveAfter(AWhile);
        using var provider = NeverAsked();
        await LeavesAsync(provider);
        hold.SetResult();
        Assert.Equal(Nothing, await _pipeline.UsedAsync());
    }

    [Fact]
    public async Task LeftWhileConnecting_CostsNothing()
    {
        using var provider = new FakeProvider((_, cancel) => LeaveAsync(cancel));
        await _pipeline.HandleAsync(provider);
        Assert.Equal(Nothing, await _pipeline.UsedAsync());
    }

    [Fact]
    public async Task NoConnection_CostsNothing()
    {
        using var provider = new FakeProvider((_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        Assert.Equal(502, await StatusAsync(provider));
        Assert.Equal(Nothing, await _pipeline.UsedAsync());
    }

    [Fact]
    public async Task FaultBeforeSending_CostsNothing()
    {
        using var provider = new FakeProvider((_, _) => throw new InvalidOperationException("fault"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _pipeline.HandleAsync(provider));
        Assert.Equal(Nothing, await _pipeline.UsedAsync());
    }

    [Fact]
    public async Task FaultAfterSending_CostsAllThatWasReserved()
    {
        using var provider = Sends(_ => throw new InvalidOperationException("fault"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _pipeline.HandleAsync(provider));
        Assert.Equal(PipelineFixture.Reserved, await _pipeline.UsedAsync());
    }

    [Fact]
    public async Task LeftWhileTheRequestWasOnItsWay_CostsAllThatWasReserved()
    {
        using var provider = Sends(LeaveAsync);
        await _pipeline.HandleAsync(provider);
        Assert.Equal(PipelineFixture.Reserved, await _pipeline.UsedAsync());
    }

    [Fact]
    public async Task LeftInTheMiddleOfAStream_CostsAllThatWasReserved()
    {
        using var provider = FakeProvider.StreamsAndThen(LeaveAsync, Text);
        await _pipeline.HandleAsync(provider, stream: true);
        Assert.Equal(PipelineFixture.Reserved, await _pipeline.UsedAsync());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task RefusedByTheProvider_CostsTheRequestAlone(int status)
    {
        using var provider = FakeProvider.Answers(status, """{"error":{"message":"no"}}""");
        await StatusAsync(provider);
        Assert.Equal(RequestOnly, await _pipeline.UsedAsync());
    }

    [Fact]
    public async Task LeftBetweenTwoAttempts_CostsTheRequestAlone()
    {
        using var provider = new FakeProvider(async (request, _) =>
        {
            await FakeProvider.Take(request);

            // The clock goes on by itself: the pause is so long that the attempt is surely over when the caller leaves.
            _pipeline.LeaveAfter(TimeSpan.FromSeconds(20));
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Headers = { RetryAfter = new(TimeSpan.FromSeconds(50)) } };
        });
        await LeavesAsync(provider);
        Assert.Equal(RequestOnly, await _pipeline.UsedAsync());
    }

    [Fact]
    public async Task Failed_PlaceIsFreeWhenTheCallerIsTold()
    {
        var free = false;
        _pipeline.OnWrite = book => free = book.TryReserve("key/alice", QuotaAmounts.OfRequest(1, 1), out var next) && End(next);
        using var provider = new FakeProvider((_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        Assert.Equal(502, await StatusAsync(provider));
        Assert.True(free);

        static bool End(Reservation reservation)
        {
            reservation.Cancel();
            return true;
        }
    }

    private async Task<int> StatusAsync(FakeProvider provider) => (await _pipeline.HandleAsync(provider)).Http.Response.StatusCode;

    private async Task LeavesAsync(FakeProvider provider)
    {
        await _pipeline.HandleAsync(provider, Patient);
        Assert.True(_pipeline.End.Left);
    }

    private Task<HttpResponseMessage> LeaveAsync(CancellationToken cancel)
    {
        _pipeline.Leave();
        cancel.ThrowIfCancellationRequested();
        throw new InvalidOperationException("The attempt went on.");
    }

    // Somebody else has the provider's only request of the minute.
    private async Task SpendProviderAsync()
    {
        _pipeline.Provider = new(_pipeline.Time, PipelineFixture.PerMinute(BudgetMetric.Requests, 1));
        var one = new QuotaAmounts(1, 0);
        Assert.NotNull((await _pipeline.Provider.Renew(new("other", 1, one, one, []))).Lease);
    }

    private static FakeProvider NeverAsked() => new((_, _) => throw new InvalidOperationException("A provider was asked."));

    private static FakeProvider Sends(Func<CancellationToken, Task<HttpResponseMessage>> then) => new(async (request, cancel) =>
    {
        await FakeProvider.Take(request);
        return await then(cancel);
    });
}
