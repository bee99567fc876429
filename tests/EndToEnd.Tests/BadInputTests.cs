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
        { "unknown part type", Messages("""{"role":"user","content":[{"type":"video","video":{}}]}"""), 400, "messages[0].content[0].type" },
        { "arguments not JSON", Messages(Call("no json"), Result), 400, "messages[0].tool_calls[0].function.arguments" },
        { "arguments not an object", Messages(Call("[1]"), Result), 400, "messages[0].tool_calls[0].function.arguments" },
        { "result without a call", Messages("""{"role":"user","content":"Hello"}""", Result), 400, "messages[1].tool_call_id" },
        { "call without a result", Messages(Call("{}"), """{"role":"user","content":"Hello"}"""), 400, "messages[0].tool_calls" },
        { "bad base64", Image("data:image/png;base64,AAA!"), 400, "messages[0].content[0].image_url.url" },
        { "image without base64", Image("data:image/png,AAAA"), 400, "messages[0].content[0].image_url.url" },
        { "image from a file", Image("file:///etc/passwd"), 400, "messages[0].content[0].image_url.url" },
        { "remote image, pinned model cannot", Image("http://127.0.0.1:1/x.png", "gemini/gemini-3.5-flash-lite"), 400, "messages[0].content[0].image_url.url" },
        { "recursive schema", Schema("""{"type":"object","properties":{"child":{"$ref":"#"}}}"""), 400, "response_format.json_schema.schema" },
        { "remote schema", Schema("""{"$ref":"http://127.0.0.1:1/schema.json"}"""), 400, "response_format.json_schema.schema" },
        { "seed not an integer", """{"model":"auto","seed":1.5,"messages":[{"role":"user","content":"Hello"}]}""", 400, "seed" },
        { "10,000 levels deep", $$"""{"model":"auto","messages":[{"role":"user","content":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}]}""", 400, null },
        { "half a million small messages", $$"""{"model":"auto","messages":[{{string.Join(',', Enumerable.Repeat("{\"role\":\"user\",\"content\":\"\"}", 500_000))}}]}""", 400, "messages" },
    };

    private const string Result = """{"role":"tool","tool_call_id":"call_1","content":"20"}""";

    private static string Call(string arguments) =>
        $$$"""{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{{{arguments}}}"}}]}""";

    private static string Messages(params string[] messages) => $$"""{"model":"auto","messages":[{{string.Join(',', messages)}}]}""";

    private static string Image(string url, string model = "auto") =>
        $$$"""{"model":"{{{model}}}","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"{{{url}}}"}}]}]}""";

    private static string Schema(string schema) =>
        $$$"""{"model":"auto","response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{{{schema}}}}},"messages":[{"role":"user","content":"Hello"}]}""";

    public static TheoryData<string, string, string> Embeddings => new()
    {
        { "no input", """{"model":"gemini/gemini-embedding-001"}""", "input" },
        { "empty input", """{"model":"gemini/gemini-embedding-001","input":""}""", "input" },
        { "no inputs", """{"model":"gemini/gemini-embedding-001","input":[]}""", "input" },
        { "mixed inputs", """{"model":"gemini/gemini-embedding-001","input":["a",1]}""", "input[1]" },
        { "token ids, pinned model cannot", """{"model":"gemini/gemini-embedding-001","input":[[1,2,3]]}""", "input" },
        { "dimensions of 0", """{"model":"gemini/gemini-embedding-001","input":"a","dimensions":0}""", "dimensions" },
        { "unknown encoding", """{"model":"gemini/gemini-embedding-001","input":"a","encoding_format":"hex"}""", "encoding_format" },
        { "model that chats", """{"model":"auto","input":"a"}""", "model" },
    };

    [Theory, MemberData(nameof(Embeddings))]
    public async Task PostEmbeddings_BadBody_IsRefusedWithNothingSpent(string what, string body, string param)
    {
        await AssertRefusedAsync(
            new StringContent(body, Encoding.UTF8, "application/json"), 400, param, what, message => message.RequestUri = new Uri("/v1/embeddings", UriKind.Relative));
    }

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
