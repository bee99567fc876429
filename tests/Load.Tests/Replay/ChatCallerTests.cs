using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Load.Replay;

namespace ThotNet.Load.Tests.Replay;

public sealed class ChatCallerTests
{
    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

    [Fact]
    public async Task CallAsync_WholeAnswer_IsServedWithProviderAndTimes()
    {
        var outcome = await CallAsync(_ => Answer(HttpStatusCode.OK, """{"choices":[]}""", "groq"));

        Assert.Equal((CallResult.Served, "", "groq"), (outcome.Result, outcome.Detail, outcome.Provider));
        Assert.InRange(outcome.FirstByte, TimeSpan.FromMilliseconds(1), outcome.Latency);
    }

    [Fact]
    public async Task CallAsync_KeyAndBody_AreSent()
    {
        HttpRequestMessage? seen = null;
        await CallAsync(request =>
        {
            seen = request;
            return Answer(HttpStatusCode.OK, """{"choices":[]}""");
        });

        Assert.Equal("http://gateway/v1/chat/completions", seen!.RequestUri!.AbsoluteUri);
        Assert.Equal("Bearer secret", seen.Headers.Authorization!.ToString());
        Assert.Equal("no-store", seen.Headers.CacheControl!.ToString());
        Assert.Equal("application/json", seen.Content!.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task CallAsync_Cached_LeavesTheCacheToTheGateway()
    {
        HttpRequestMessage? seen = null;
        await CallAsync(
            request =>
            {
                seen = request;
                return Answer(HttpStatusCode.OK, """{"choices":[]}""");
            },
            cached: true);

        Assert.Null(seen!.Headers.CacheControl);
    }

    [Theory]
    [InlineData(200, "data: {\"choices\":[],\"usage\":{\"total_tokens\":42}}\n\ndata: [DONE]\n\n", true, 42)]
    [InlineData(200, """{"choices":[],"usage":{"total_tokens":42}}""", false, 42)]
    [InlineData(200, """{"choices":[],"usage":null}""", false, 0)]
    [InlineData(429, """{"error":{"message":"m"}}""", false, 0)]
    public async Task CallAsync_AnyAnswer_TellsOfTheCacheAndTheTokens(int status, string body, bool stream, long tokens)
    {
        var outcome = await CallAsync(
            _ =>
            {
                var answer = Answer((HttpStatusCode)status, body, "groq");
                answer.Headers.Add("x-thotnet-cache", "hit");
                return answer;
            },
            stream);

        Assert.Equal(("hit", tokens), (outcome.Cache, outcome.Tokens));
    }

    [Fact]
    public async Task CallAsync_NoCacheHeader_IsEmpty()
    {
        Assert.Equal("", (await CallAsync(_ => Answer(HttpStatusCode.OK, """{"choices":[]}"""))).Cache);
    }

    [Theory]
    [InlineData(429, """{"error":{"message":"m","type":"requests","param":null,"code":"rate_limit_exceeded"}}""", CallResult.Throttled, "429 rate_limit_exceeded")]
    [InlineData(503, """{"error":{"message":"m","type":"server_error","param":null,"code":null}}""", CallResult.Failed, "503 server_error")]
    [InlineData(502, "<html>", CallResult.Failed, "502 (no error object)")]
    [InlineData(200, """{"id":1}""", CallResult.Broken, "200 without choices")]
    [InlineData(200, """{"choices":[""", CallResult.Broken, "200 without choices")]
    public async Task CallAsync_NotServed_SaysHow(int status, string body, CallResult result, string detail)
    {
        var outcome = await CallAsync(_ => Answer((HttpStatusCode)status, body));

        Assert.Equal((result, detail), (outcome.Result, outcome.Detail));
    }

    [Theory]
    [InlineData("data: {}\n\ndata: [DONE]\n\n", CallResult.Served, "")]
    [InlineData("data: {}\n\n", CallResult.Broken, "no end mark")]
    [InlineData("data: {\"error\":{}}\n\n", CallResult.Broken, "error event")]
    public async Task CallAsync_Stream_IsServedOnlyWithItsEndMark(string body, CallResult result, string detail)
    {
        var outcome = await CallAsync(_ => Answer(HttpStatusCode.OK, body), stream: true);

        Assert.Equal((result, detail), (outcome.Result, outcome.Detail));
    }

    [Fact]
    public async Task CallAsync_NoConnection_HasFailed()
    {
        var outcome = await CallAsync(_ => throw new HttpRequestException(HttpRequestError.ConnectionError));

        Assert.Equal((CallResult.Failed, "no answer: ConnectionError"), (outcome.Result, outcome.Detail));
    }

    [Fact]
    public async Task CallAsync_ConnectionLostInMidAnswer_IsBroken()
    {
        var outcome = await CallAsync(_ => new HttpResponseMessage { Content = new StreamContent(new LostStream()) }, stream: true);

        Assert.Equal((CallResult.Broken, "connection broken"), (outcome.Result, outcome.Detail));
    }

    [Fact]
    public async Task CallAsync_ConnectionLostBehindAnErrorEvent_IsTheError()
    {
        var error = Encoding.UTF8.GetBytes(": keep-alive\n\ndata: {\"error\":{}}\n\n");
        var outcome = await CallAsync(_ => new HttpResponseMessage { Content = new StreamContent(new LostStream(error)) }, stream: true);

        Assert.Equal((CallResult.Broken, "error event"), (outcome.Result, outcome.Detail));
    }

    [Fact]
    public async Task CallAsync_Cancelled_IsInterrupted()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        var outcome = await CallAsync(_ => throw new InvalidOperationException("must not be sent"), cancellation: stopped.Token);

        Assert.Equal((CallResult.Failed, "interrupted"), (outcome.Result, outcome.Detail));
    }

    private async Task<CallOutcome> CallAsync(
        Func<HttpRequestMessage, HttpResponseMessage> server, bool stream = false, bool cached = false, CancellationToken cancellation = default)
    {
        using var client = new HttpClient(new Server(server));
        var caller = new ChatCaller(client, new Uri("http://gateway"), "secret", TimeSpan.FromMinutes(1), _time, cached);
        return await caller.CallAsync("{}"u8.ToArray(), stream, cancellation);
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, string body, string? provider = null)
    {
        var answer = new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        if (provider is not null) answer.Headers.Add("x-thotnet-provider", provider);
        return answer;
    }

    private sealed class Server(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            cancellationToken.IsCancellationRequested ? Task.FromCanceled<HttpResponseMessage>(cancellationToken) : Task.FromResult(answer(request));
    }

    private sealed class LostStream(params byte[] begun) : MemoryStream(begun)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? ValueTask.FromResult(Read(buffer.Span)) : ValueTask.FromException<int>(new IOException("reset"));
    }
}
