using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace ThotNet.EndToEnd.Tests;

/// <summary>Providers that answer with garbage, too much, or nothing: a clear error for a caller who insists on them, a fallback for others.</summary>
public sealed class HostileProviderTests : IAsyncLifetime
{
    // A whole answer of 32 MB and what lies in the sockets' buffers between us.
    private const long MostTaken = 48 * 1024 * 1024;

    private readonly HostileProvider _hostile = new();
    private readonly StandaloneFixture _thotnet;

    public HostileProviderTests() => _thotnet = new StandaloneFixture(
        $"--ThotNet:Providers:groq:BaseUrl={_hostile.Address}",
        $"--ThotNet:Providers:gemini:BaseUrl={_hostile.Address}",
        "--ThotNet:Routing:FirstEventTimeout=00:00:01",
        "--ThotNet:Routing:SilenceTimeout=00:00:01",
        "--ThotNet:Routing:AnswerTimeout=00:00:04",
        // A caller who has got a comment gets the error as an event.
        "--ThotNet:Routing:KeepAlive=00:01:00");

    public static TheoryData<string, bool, string, int, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool, string, int, string>();
            foreach (var model in new[] { "groq/openai/gpt-oss-20b", "gemini/gemini-3.5-flash-lite" })
            {
                cases.Add(model, false, "json-cut-short", 502, "provider_unavailable");
                cases.Add(model, false, "html", 502, "provider_unavailable");
                cases.Add(model, true, "html", 502, "provider_unavailable");
                cases.Add(model, true, "html-error-page", 502, "provider_unavailable");
                cases.Add(model, false, "100-megabytes", 502, "provider_unavailable");
                cases.Add(model, false, "endless-body", 502, "provider_unavailable");
                cases.Add(model, true, "endless-line", 502, "provider_unavailable");
                cases.Add(model, true, "endless-empty-events", 504, "provider_timeout");
                cases.Add(model, true, "endless-comments", 504, "provider_timeout");
                cases.Add(model, false, "compressed", 502, "provider_unavailable");
                cases.Add(model, true, "compressed-stream", 502, "provider_unavailable");
                cases.Add(model, false, "headers-only", 504, "provider_timeout");
                cases.Add(model, true, "headers-only", 504, "provider_timeout");
                cases.Add(model, true, "closes-after-headers", 502, "provider_unavailable");
                cases.Add(model, false, "endless-headers", 502, "provider_unavailable");
                cases.Add(model, false, "not-http", 502, "provider_unavailable");
            }

            return cases;
        }
    }

    public ValueTask InitializeAsync() => _thotnet.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _thotnet.DisposeAsync();
        await _hostile.DisposeAsync();
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Chat_HostileProvider_EndsInAClearErrorOrAFallback(string model, bool stream, string answer, int status, string code)
    {
        _hostile.Say(AnswerOf(answer));

        using var pinned = await PostAsync($"\"model\":\"{model}\"", stream);
        var error = JsonDocument.Parse(await pinned.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal((status, code), ((int)pinned.StatusCode, error.GetProperty("code").GetString()));
        Assert.DoesNotContain("127.0.0.1", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        if (status != 504)
        {
            Assert.InRange(_hostile.Sent, 0, MostTaken);
        }

        using var free = await PostAsync($"\"model\":\"{model}\",\"models\":[\"openrouter/openrouter/free\"]", stream);
        Assert.Equal(200, (int)free.StatusCode);
        Assert.Equal("openrouter", Assert.Single(free.Headers.GetValues("x-thotnet-provider")));
        Assert.Contains("\"finish_reason\":\"stop\"", await free.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> PostAsync(string model, bool stream)
    {
        var message = ChatPost.Of($$"""{{{model}},"stream":{{(stream ? "true" : "false")}},"max_tokens":16,"messages":[{"role":"user","content":"Hello"}]}""");
        // Whoever waits for a second attempt on the same target gets the same again.
        message.Headers.Add("x-thotnet-max-wait", "0");
        return _thotnet.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
    }

    private static HostileProvider.Answer AnswerOf(string name)
    {
        const string Json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
        const string Events = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
        var page = Encoding.UTF8.GetBytes("<!DOCTYPE html><html><body><h1>Sorry, https://10.1.2.3/ is down</h1></body></html>");
        var zipped = Zip("""{"choices":[{"index":0,"message":{"role":"assistant","content":"hidden"},"finish_reason":"stop"}]}""");
        return name switch
        {
            "json-cut-short" => new(Json + "Content-Length: 26\r\n\r\n", "{\"choices\":[{\"message\":{\"c"u8.ToArray()),
            "html" => new($"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {page.Length}\r\n\r\n", page),
            "html-error-page" => new($"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: {page.Length}\r\n\r\n", page),
            "100-megabytes" => new(Json + "Content-Length: 104857600\r\n\r\n", "{\"choices\":[{\"message\":{\"content\":\""u8.ToArray(), Text()),
            "endless-body" => new(Json + "Connection: close\r\n\r\n", null, Text()),
            "endless-line" => new(Events, "data: {\"choices\":[{\"delta\":{\"content\":\""u8.ToArray(), Text()),
            "endless-empty-events" => new(Events, null, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("data: {}\n\n", 100)))),
            "endless-comments" => new(Events, null, ": still thinking\n\n"u8.ToArray()),
            "compressed" => new(Json + $"Content-Encoding: gzip\r\nContent-Length: {zipped.Length}\r\n\r\n", zipped),
            "compressed-stream" => new(Events.Replace("Connection", "Content-Encoding: gzip\r\nConnection", StringComparison.Ordinal), zipped),
            "headers-only" => new(Json.Replace("application/json", "text/event-stream", StringComparison.Ordinal) + "Content-Length: 10\r\n\r\n", StaysOpen: true),
            "closes-after-headers" => new(Events),
            "endless-headers" => new("HTTP/1.1 200 OK\r\n", null, Encoding.UTF8.GetBytes($"x-more: {new string('x', 1000)}\r\n")),
            _ => new("SSH-2.0-OpenSSH_9.9\r\n", null, null),
        };
    }

    private static byte[] Text() => Encoding.UTF8.GetBytes(new string('x', 64 * 1024));

    private static byte[] Zip(string text)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            zip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }
}
