using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ThotNet.ProviderSimulator.Tests.Gemini;

/// <summary>A client of Google's own API.</summary>
internal static class Native
{
    public const string Base = "gemini/v1beta";
    public const string Flash3 = "gemini-3.6-flash";
    public const string Flash25 = "gemini-2.5-flash-lite";
    public const string Flash2 = "gemini-2.0-flash";

    /// <summary>A tool named <c>f</c> with one text.</summary>
    public const string Tools =
        """
        "tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{"type":"object","properties":{"q":{"type":"string"}}}}]}]
        """;

    /// <summary>A request with one user turn; <paramref name="more"/> is further JSON fields, or nothing.</summary>
    public static string Request(string text = "hello", string more = "") =>
        $$"""{"contents":[{"role":"user","parts":[{"text":{{JsonSerializer.Serialize(text)}}}]}]{{(more.Length > 0 ? "," + more : "")}}}""";

    public static async Task<HttpResponseMessage> Send(Sim sim, string target, string body, string? key = "sim-test")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Base}/models/{target}");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.Add("x-goog-api-key", key);
        return await sim.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static async Task<(int Status, JsonNode Body)> Json(Sim sim, string target, string body, string? key = "sim-test") =>
        await Sim.Json(await Send(sim, target, body, key));

    public static Task<(int Status, JsonNode Body)> Generate(Sim sim, string text = "hello", string more = "", string model = Flash3) =>
        Json(sim, $"{model}:generateContent", Request(text, more));

    /// <summary>The chunks of a stream with <c>alt=sse</c>, each of which must end with an empty line of CR LF.</summary>
    public static async Task<List<JsonNode>> Stream(Sim sim, string text = "hello", string more = "", string model = Flash3)
    {
        var response = await Send(sim, $"{model}:streamGenerateContent?alt=sse", Request(text, more));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.EndsWith("\r\n\r\n", body, StringComparison.Ordinal);
        return [.. body[..^4].Split("\r\n\r\n").Select(line => JsonNode.Parse(line["data: ".Length..])!)];
    }

    /// <summary>Asserts that a request gets a 400 whose message has the <paramref name="expected"/> words.</summary>
    public static async Task AssertRefused(string expected, string body, string model = Flash3, string method = "generateContent")
    {
        await using var sim = await Sim.Start();
        var (status, answer) = await Json(sim, $"{model}:{method}", body);
        Assert.Equal((400, "INVALID_ARGUMENT"), (status, (string?)answer["error"]?["status"]));
        Assert.Contains(expected, (string?)answer["error"]!["message"], StringComparison.Ordinal);
    }

    /// <summary>Asserts that a request is served.</summary>
    public static async Task AssertAccepted(string body, string model = Flash3)
    {
        await using var sim = await Sim.Start();
        var (status, answer) = await Json(sim, $"{model}:generateContent", body);
        Assert.True(status == 200, answer.ToJsonString());
    }

    public static string Text(JsonNode chunk) => string.Concat(
        chunk["candidates"]!.AsArray().SelectMany(candidate => candidate!["content"]?["parts"]?.AsArray() ?? [])
            .Where(part => (bool?)part!["thought"] is not true).Select(part => (string?)part!["text"]));
}
