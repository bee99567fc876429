using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ThotNet.EndToEnd.Tests.Caching;

/// <summary>A provider whose every step the test allows: it counts its calls, and each waits until the test answers it.</summary>
internal sealed class GatedProvider : IAsyncDisposable
{
    private readonly Channel<GatedCall> _calls = Channel.CreateUnbounded<GatedCall>();
    private readonly WebApplication _app;
    private int _count;

    private GatedProvider(WebApplication app)
    {
        _app = app;
        _app.MapPost("/v1/{**path}", ServeAsync);
    }

    public Uri Address => new($"{_app.Urls.First()}/v1");

    /// <summary>Calls so far.</summary>
    public int Calls => Volatile.Read(ref _count);

    /// <summary>Answers every call at once with this text, until it is set to null again.</summary>
    public volatile string? Answer;

    public static async Task<GatedProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new GatedProvider(builder.Build());
        await provider._app.StartAsync();
        return provider;
    }

    /// <summary>The next call, as soon as it is there; the test must answer it.</summary>
    public async Task<GatedCall> NextAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await _calls.Reader.ReadAsync(bound.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _calls.Writer.Complete();
        await foreach (var call in _calls.Reader.ReadAllAsync())
        {
            call.Break();
        }

        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        Interlocked.Increment(ref _count);
        var call = new GatedCall(http, body.RootElement.Clone());
        if (Answer is { } text)
        {
            await call.AnswerAsync(text);
        }
        else
        {
            await _calls.Writer.WriteAsync(call);
        }

        await call.Ended;
    }
}

/// <summary>One call of a <see cref="GatedProvider"/>.</summary>
internal sealed class GatedCall
{
    private const string Usage = """{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}""";

    private readonly HttpContext _http;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GatedCall(HttpContext http, JsonElement body)
    {
        _http = http;
        Body = body;
        IsStream = body.TryGetProperty("stream", out var stream) && stream.ValueKind is JsonValueKind.True;
        Left = http.RequestAborted;
        Left.Register(() => _ended.TrySetResult());
    }

    public JsonElement Body { get; }

    public bool IsStream { get; }

    /// <summary>Cancelled when the gateway gives the call up.</summary>
    public CancellationToken Left { get; }

    internal Task Ended => _ended.Task;

    /// <summary>The whole answer, in the form that was asked for.</summary>
    public async Task AnswerAsync(string text, string finishReason = "stop")
    {
        if (Body.TryGetProperty("input", out _))
        {
            await WriteAsync(
                """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,0.25]}],"usage":{"prompt_tokens":3,"total_tokens":3}}""", "application/json");
        }
        else if (IsStream)
        {
            await SendAsync(text);
            await EndAsync(finishReason);
        }
        else
        {
            await WriteAsync(
                $$"""{"id":"gen-1","created":1760000000,"choices":[{{Choice(text, finishReason)}}],"usage":{{Usage}} }""",
                "application/json");
        }

        _ended.TrySetResult();
    }

    /// <summary>A piece of a stream.</summary>
    public Task SendAsync(string text) => WriteAsync(
        $"data: {{\"id\":\"gen-1\",\"created\":1760000000,\"choices\":[{{\"index\":0,\"delta\":{{\"content\":{JsonSerializer.Serialize(text)}}}}}]}}\n\n", "text/event-stream");

    /// <summary>The end of a stream.</summary>
    public async Task EndAsync(string finishReason = "stop")
    {
        await WriteAsync(
            $"data: {{\"id\":\"gen-1\",\"choices\":[{{\"index\":0,\"delta\":{{}},\"finish_reason\":\"{finishReason}\"}}]}}\n\n"
            + $"data: {{\"id\":\"gen-1\",\"choices\":[],\"usage\":{Usage}}}\n\ndata: [DONE]\n\n",
            "text/event-stream");
        _ended.TrySetResult();
    }

    /// <summary>An error.</summary>
    public async Task FailAsync(int status)
    {
        _http.Response.StatusCode = status;
        await WriteAsync("""{"error":{"message":"No."}}""", "application/json");
        _ended.TrySetResult();
    }

    /// <summary>The connection breaks.</summary>
    public void Break()
    {
        _http.Abort();
        _ended.TrySetResult();
    }

    private static string Choice(string text, string finishReason) =>
        $$"""{"index":0,"message":{"role":"assistant","content":{{JsonSerializer.Serialize(text)}} },"finish_reason":"{{finishReason}}"}""";

    private async Task WriteAsync(string text, string type)
    {
        if (!_http.Response.HasStarted)
        {
            _http.Response.ContentType = type;
        }

        await _http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text));
        await _http.Response.Body.FlushAsync();
    }
}
