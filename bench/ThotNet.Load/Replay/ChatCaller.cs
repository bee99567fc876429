using System.Net.Http.Headers;
using System.Text.Json;

namespace ThotNet.Load.Replay;

/// <summary>Makes one call to the gateway and says what became of it. Never throws for what a server or the network does.</summary>
/// <param name="client">Sends the calls.</param>
/// <param name="gateway">The gateway's base URL.</param>
/// <param name="key">The caller's key; empty for none.</param>
/// <param name="timeout">How long one call may take.</param>
/// <param name="time">The clock.</param>
/// <param name="cached">Whether answers may come from the cache or from an equal request under way; if not, each call is one of a provider.</param>
public sealed class ChatCaller(HttpClient client, Uri gateway, string key, TimeSpan timeout, TimeProvider time, bool cached = false)
{
    private const string ProviderHeader = "x-thotnet-provider";
    private const string CacheHeader = "x-thotnet-cache";

    private readonly Uri _url = new(gateway, "v1/chat/completions");

    /// <summary>Sends the body and reads the whole answer.</summary>
    public async Task<CallOutcome> CallAsync(ReadOnlyMemory<byte> body, bool stream, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var call = new Call(time, time.GetTimestamp());
        try
        {
            using var request = MakeRequest(body);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            call.Provider = HeaderOf(response, ProviderHeader);
            call.Cache = HeaderOf(response, CacheHeader);
            call.Begun = response.IsSuccessStatusCode;
            await using var content = await response.Content.ReadAsStreamAsync(either.Token);
            if (!response.IsSuccessStatusCode) return await ReadErrorAsync(call, (int)response.StatusCode, content, either.Token);
            return stream ? await ReadStreamAsync(call, content, either.Token) : await ReadAnswerAsync(call, content, either.Token);
        }
        catch (OperationCanceledException)
        {
            return call.Cut(deadline.IsCancellationRequested ? "timeout" : "interrupted");
        }
        catch (HttpRequestException e)
        {
            return call.Cut($"no answer: {e.HttpRequestError}");
        }
        catch (IOException)
        {
            return call.Cut("connection broken");
        }
    }

    private HttpRequestMessage MakeRequest(ReadOnlyMemory<byte> body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (!cached) request.Headers.CacheControl = new CacheControlHeaderValue { NoStore = true };
        if (key.Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }

    private static string HeaderOf(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : "";

    private static async Task<CallOutcome> ReadErrorAsync(Call call, int status, Stream content, CancellationToken cancellation)
    {
        using var text = new StreamReader(content);
        var code = ErrorCode(await text.ReadToEndAsync(cancellation));
        return call.End(status == 429 ? CallResult.Throttled : CallResult.Failed, $"{status} {code}");
    }

    private static async Task<CallOutcome> ReadAnswerAsync(Call call, Stream content, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        var first = new byte[1];
        if (await content.ReadAsync(first, cancellation) > 0) call.MarkFirstByte();
        bytes.Write(first);
        await content.CopyToAsync(bytes, cancellation);
        (var whole, call.Tokens) = AnswerReader.Read(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
        return whole ? call.End(CallResult.Served) : call.End(CallResult.Broken, "200 without choices");
    }

    private static async Task<CallOutcome> ReadStreamAsync(Call call, Stream content, CancellationToken cancellation)
    {
        var scanner = new StreamScanner();
        var buffer = new byte[4096];
        try
        {
            for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0;)
            {
                var started = scanner.Started;
                scanner.Scan(buffer.AsSpan(0, read));
                if (!started && scanner.Started) call.MarkFirstByte();
            }
        }
        catch (IOException) when (scanner.Failed)
        {
            // The connection breaks behind each error event, so that no client takes the stream for whole.
        }

        call.Tokens = scanner.Tokens;
        if (scanner.Failed) return call.End(CallResult.Broken, "error event");
        return scanner.Done ? call.End(CallResult.Served) : call.End(CallResult.Broken, "no end mark");
    }

    private static string ErrorCode(string body)
    {
        try
        {
            using var answer = JsonDocument.Parse(body);
            var error = answer.RootElement.GetProperty("error");
            return error.GetProperty("code").ValueKind == JsonValueKind.Null ? error.GetProperty("type").ToString() : error.GetProperty("code").ToString();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "(no error object)";
        }
    }

    /// <summary>The clock and the findings of one call; used by that call alone.</summary>
    private sealed class Call(TimeProvider time, long start)
    {
        private TimeSpan _firstByte;

        public string Provider { get; set; } = "";

        public string Cache { get; set; } = "";

        public long Tokens { get; set; }

        public bool Begun { get; set; }

        public void MarkFirstByte() => _firstByte = time.GetElapsedTime(start);

        public CallOutcome End(CallResult result, string detail = "") =>
            new(result, detail, Provider, _firstByte, time.GetElapsedTime(start), Cache, Tokens);

        public CallOutcome Cut(string detail) => End(Begun ? CallResult.Broken : CallResult.Failed, detail);
    }
}
