using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Providers.Chat;
using ThotNet.Silo.Caching;
using ThotNet.Silo.Streaming;

namespace ThotNet.Silo.Tests.Caching;

/// <summary>A stored answer given as a stream: at once, or with pauses.</summary>
public sealed class AnswerReplayTests : IDisposable
{
    private const string Answer =
        """{"id":"x","object":"chat.completion","created":1,"model":"acme/m","choices":[{"index":0,"message":{"role":"assistant","content":"hello","refusal":null},"logprobs":null,"finish_reason":"stop"}]}""";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryStream _sent = new();

    private int Events => Encoding.UTF8.GetString(_sent.ToArray()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Length;

    public void Dispose() => _sent.Dispose();

    [Fact]
    public async Task Send_WithoutAPause_SendsAllAtOnce()
    {
        Assert.True(await SendAsync(TimeSpan.Zero));
        Assert.Equal(4, Events);
    }

    [Fact]
    public async Task Send_WithAPause_SendsOneEventAfterAnother()
    {
        var sending = SendAsync(Pause);
        for (var sent = 1; sent <= 4; sent++)
        {
            Assert.Equal((sent, false), (Events, sending.IsCompleted));
            _time.Advance(Pause);
        }

        Assert.True(await sending);
        Assert.EndsWith("data: [DONE]\n\n", Encoding.UTF8.GetString(_sent.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_WhatIsNoAnswer_SendsNothing()
    {
        Assert.False(await SendAsync(TimeSpan.Zero, """{"choices":[]}"""));
        Assert.Equal(0, _sent.Length);
    }

    private async Task<bool> SendAsync(TimeSpan pause, string answer = Answer)
    {
        Assert.Null(ChatRequestReader.Read("""{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}"""u8.ToArray(), out var request));
        var http = new DefaultHttpContext();
        http.Response.Body = _sent;
        await using var caller = new CallerConnection(http, stream: true, TimeSpan.FromHours(1), _time);
        return await new AnswerReplay(_time).TrySendAsync(caller, request!, Encoding.UTF8.GetBytes(answer), pause);
    }
}
