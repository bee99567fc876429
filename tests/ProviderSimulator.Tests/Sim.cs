using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Control;

namespace ThotNet.ProviderSimulator.Tests;

/// <summary>A simulator on a free port with a clock in the test's hand, and a client for it.</summary>
internal sealed class Sim : IAsyncDisposable
{
    public const string OpenRouter = "openrouter/api/v1";
    public const string Groq = "groq/openai/v1";
    public const string Gemini = "gemini/v1beta/openai";

    /// <summary>A field with one tool named <c>f</c>.</summary>
    public const string Tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";

    /// <summary>Bound of every wait for something that must happen; never waited for when it does.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SimulatorHost _host;

    private Sim(SimulatorHost host, FakeTimeProvider time)
    {
        _host = host;
        Time = time;
        Http = new HttpClient { BaseAddress = host.BaseAddress, Timeout = Patience };
    }

    public FakeTimeProvider Time { get; }

    public HttpClient Http { get; }

    public SimulatorState State => _host.State;

    public Uri Address => _host.BaseAddress;

    /// <summary>Says that the simulator is about to stop; nobody breaks a connection yet.</summary>
    public void BeginStop() => _host.Lifetime.StopApplication();

    public static async Task<Sim> Start(Action<SimulatorOptions>? configure = null)
    {
        var options = new SimulatorOptions();
        configure?.Invoke(options);
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        return new Sim(await SimulatorHost.StartAsync(options, time), time);
    }

    public static string ModelOf(string api) => api switch
    {
        OpenRouter => "openrouter/free",
        Groq => "openai/gpt-oss-20b",
        _ => "gemini-3.6-flash",
    };

    /// <summary>A chat request with one user message; <paramref name="more"/> is further JSON fields, or nothing.</summary>
    public static string Chat(string api, string content = "hello", string more = "") =>
        $$"""{"model":"{{ModelOf(api)}}","messages":[{"role":"user","content":{{JsonSerializer.Serialize(content)}}}]{{(more.Length > 0 ? "," + more : "")}}}""";

    public async Task<HttpResponseMessage> Post(
        string api,
        string body,
        string? key = "sim-test",
        HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead,
        CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{api}/chat/completions");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await Http.SendAsync(request, completion, cancellation);
    }

    public Task<HttpResponseMessage> Ask(string api, string content = "hello", string more = "", string? key = "sim-test") =>
        Post(api, Chat(api, content, more), key);

    public async Task<(int Status, JsonNode Body)> AskJson(string api, string content = "hello", string more = "", string? key = "sim-test") =>
        await Json(await Ask(api, content, more, key));

    public static async Task<(int Status, JsonNode Body)> Json(HttpResponseMessage response)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>The lines of a whole stream that are not empty.</summary>
    public async Task<string[]> Stream(string api, string content = "hello", string more = "")
    {
        var response = await Ask(api, content, "\"stream\":true" + (more.Length > 0 ? "," + more : ""));
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The JSON of a stream's data lines, without the <c>[DONE]</c> that must be the last one.</summary>
    public static List<JsonNode> Data(string[] lines)
    {
        Assert.Equal("data: [DONE]", lines[^1]);
        return [.. lines[..^1].Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => JsonNode.Parse(line[6..])!)];
    }

    public QuotaState Quota(string provider, string name) => State.Quotas().Single(quota => quota.Provider == provider && quota.Name == name);

    /// <summary>Waits, within <see cref="Patience"/>, for something that another thread will bring about.</summary>
    public static async Task Until(Func<bool> condition)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(timeout.IsCancellationRequested, "The condition did not come true in time.");
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.DisposeAsync();
    }
}
