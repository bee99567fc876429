using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ThotNet.EndToEnd.Tests;

/// <summary>Whatever a caller sends: a clear 4xx in OpenAI's shape, nothing sent to a provider, nothing spent.</summary>
public sealed class BadInputTests(StandaloneFixture thotnet)
{
    private const string Fine = """{"model":"auto","messages":[{"role":"user","content":"Hello"}]}""";

    public static TheoryData<string, string, int, string?> Bodies => new()
    {
        { "empty", "", 400, null },
        { "truncated", """{"model":"auto","messages":[{"role":"us""", 400, null },
        { "not JSON", "hello", 400, null },
        { "not an object", "[]", 400, null },
        { "no model", """{"messages":[{"role":"user","content":"Hello"}]}""", 400, "model" },
        { "unknown model", """{"model":"no-such-model","messages":[{"role":"user","content":"Hello"}]}""", 404, "model" },
        { "no messages", """{"model":"auto"}""", 400, "messages" },
        { "messages empty", """{"model":"auto","messages":[]}""", 400, "messages" },
        { "messages of wrong type", """{"model":"auto","messages":"Hello"}""", 400, "messages" },
        { "unknown role", """{"model":"auto","messages":[{"role":"wizard","content":"Hello"}]}""", 400, "messages[0].role" },
        { "content of wrong type", """{"model":"auto","messages":[{"role":"user","content":7}]}""", 400, "messages[0].content" },
        { "temperature out of range", """{"model":"auto","temperature":3,"messages":[{"role":"user","content":"Hello"}]}""", 400, "temperature" },
        { "stream of wrong type", """{"model":"auto","stream":"yes","messages":[{"role":"user","content":"Hello"}]}""", 400, "stream" },
        { "n of 0", """{"model":"auto","n":0,"messages":[{"role":"user","content":"Hello"}]}""", 400, "n" },
        { "pinned model cannot", """{"model":"groq/openai/gpt-oss-20b","n":2,"messages":[{"role":"user","content":"Hello"}]}""", 400, "n" },
        { "10,000 levels deep", $$"""{"model":"auto","messages":[{"role":"user","content":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}]}""", 400, null },
        { "half a million small messages", $$"""{"model":"auto","messages":[{{string.Join(',', Enumerable.Repeat("{\"role\":\"user\",\"content\":\"\"}", 500_000))}}]}""", 400, "messages" },
    };

    [Theory, MemberData(nameof(Bodies))]
    public async Task Post_BadBody_IsRefusedWithNothingSpent(string what, string body, int status, string? param)
    {
        await AssertRefusedAsync(new StringContent(body, Encoding.UTF8, "application/json"), status, param, what);
    }

    [Fact]
    public async Task Post_InvalidUtf8_IsRefusedWithNothingSpent()
    {
        var bytes = Encoding.UTF8.GetBytes(Fine);
        bytes[^6] = 0xC3;
        await AssertRefusedAsync(Json(bytes), 400, null, "invalid UTF-8");
    }

    [Fact]
    public async Task Post_TwentyMegabytes_IsRefusedWithNothingSpent()
    {
        var body = new byte[20_000_000];
        Array.Fill(body, (byte)' ');
        await AssertRefusedAsync(Json(body), 413, null, "20 MB");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("multipart/form-data")]
    [InlineData("application/json; charset=utf-16")]
    public async Task Post_WrongContentType_IsRefusedWithNothingSpent(string type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Fine));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        await AssertRefusedAsync(content, 415, null, type);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer sk-not-a-key-of-ours")]
    [InlineData("Bearer ")]
    [InlineData("Basic dXNlcjpwYXNz")]
    public async Task Post_MissingOrWrongKey_IsRefusedWithNothingSpent(string? authorization)
    {
        await AssertRefusedAsync(Json(Encoding.UTF8.GetBytes(Fine)), 401, null, "key", message =>
        {
            message.Headers.Remove("Authorization");
            message.Headers.TryAddWithoutValidation("Authorization", authorization ?? "");
        });
    }

    [Theory]
    [InlineData(300, 10)]
    [InlineData(20, 5_000)]
    public async Task Post_HeaderFlood_IsRefusedWithNothingSpent(int count, int length)
    {
        await AssertRefusedAsync(Json(Encoding.UTF8.GetBytes(Fine)), 431, null, "headers", message =>
        {
            for (var i = 0; i < count; i++)
            {
                message.Headers.TryAddWithoutValidation($"x-flood-{i}", new string('x', length));
            }
        });
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("100000")]
    public async Task Post_WrongMaxWait_IsRefusedWithNothingSpent(string wait)
    {
        await AssertRefusedAsync(
            Json(Encoding.UTF8.GetBytes(Fine)), 400, "x-thotnet-max-wait", "max wait", message => message.Headers.TryAddWithoutValidation("x-thotnet-max-wait", wait));
    }

    private async Task AssertRefusedAsync(HttpContent content, int status, string? param, string what, Action<HttpRequestMessage>? change = null)
    {
        var before = Sent();
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = content };
        change?.Invoke(message);
        using var response = await thotnet.Client.SendAsync(message);

        Assert.True(status == (int)response.StatusCode, $"{what}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(field => field.Name));
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        if (param is not null)
        {
            Assert.Equal(param, error.GetProperty("param").GetString());
        }

        Assert.Equal(before, Sent());
        using var next = await thotnet.PostChatAsync(Fine);
        Assert.Equal(200, (int)next.StatusCode);
    }

    private long Sent() => thotnet.Simulator.Counts().Sum(row => row.Count);

    private static ByteArrayContent Json(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}
