using System.Text.Json;
using System.Text.Json.Nodes;

namespace ThotNet.EndToEnd.Tests;

/// <summary>What OpenAI's clients may ask for, at a simulated Gemini that is as strict as Google's; where it matters, what reached it.</summary>
public sealed class GeminiFeatureTests(StandaloneFixture thotnet)
{
    private const string Gemini = "gemini/gemini-3.5-flash-lite";
    private const string Other = "openrouter/openrouter/free";
    private const string Weather =
        """{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}}""";

    private const string Tools = "\"tools\":[{\"type\":\"function\",\"function\":" + Weather + "}]";

    [Theory]
    [InlineData("[[blocked]]", "content_filter")]
    [InlineData("[[blocked=PROHIBITED_CONTENT]]", "content_filter")]
    [InlineData("[[finish=SAFETY]]", "content_filter")]
    [InlineData("[[finish=SAFETY]] [[tokens=5]]", "content_filter")]
    [InlineData("[[finish=RECITATION]]", "content_filter")]
    [InlineData("[[finish=MAX_TOKENS]]", "length")]
    [InlineData("[[finish=OTHER]]", "stop")]
    [InlineData("[[finish=A_NEW_REASON]] [[tokens=5]]", "stop")]
    public async Task Chat_EndsEarly_IsAnAnswerWithALegalReason_Wire48(string marker, string reason)
    {
        var whole = await AskAsync(Body(User(marker)));
        var choice = Assert.Single(whole["choices"]!.AsArray())!;
        Assert.Equal(reason, (string?)choice["finish_reason"]);
        Assert.Equal("assistant", (string?)choice["message"]!["role"]);
        Assert.True((int)whole["usage"]!["prompt_tokens"]! > 0);

        var chunks = await StreamAsync(Body(User(marker)));
        var reasons = chunks.Select(chunk => (string?)chunk["choices"]![0]!["finish_reason"]).ToList();
        Assert.Equal([.. Enumerable.Repeat<string?>(null, reasons.Count - 1), reason], reasons);
        Assert.Equal((string?)choice["message"]!["content"] ?? "", TextOf(chunks, "content"));
        Assert.Equal((string?)choice["message"]!["refusal"] ?? "", TextOf(chunks, "refusal"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chat_MalformedCall_IsTriedElsewhereOrTold(bool stream)
    {
        var fields = $"{Tools},\"stream\":{(stream ? "true" : "false")}";
        using var pinned = await thotnet.PostChatAsync(Body(User("Weather? [[malformed]]"), fields));
        var error = JsonNode.Parse(await pinned.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal((400, "model_failure"), ((int)pinned.StatusCode, (string?)error["code"]));

        using var order = await thotnet.PostChatAsync(Body(User("Weather? [[malformed]]"), fields + $",\"models\":[\"{Other}\"]"));
        Assert.Equal((200, "openrouter"), ((int)order.StatusCode, Assert.Single(order.Headers.GetValues("x-thotnet-provider"))));
        Assert.DoesNotContain("error", await order.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_TwoChoices_KeepTheirNumbers_Wire24()
    {
        var whole = await AskAsync(Body(User("Talk. [[tokens=6]]"), "\"n\":2"));
        Assert.Equal([0, 1], whole["choices"]!.AsArray().Select(choice => (int)choice!["index"]!));

        var chunks = await StreamAsync(Body(User("Talk. [[tokens=6]]"), "\"n\":2"));
        foreach (var index in new[] { 0, 1 })
        {
            var own = chunks.Where(chunk => (int)chunk["choices"]![0]!["index"]! == index).ToList();
            Assert.Equal((string?)whole["choices"]![index]!["message"]!["content"], TextOf(own, "content"));
            Assert.Single(own, chunk => chunk["choices"]![0]!["delta"]!.AsObject().ContainsKey("role"));
            Assert.Equal("stop", (string?)own[^1]["choices"]![0]!["finish_reason"]);
        }
    }

    [Fact]
    public async Task Chat_Reasoning_ComesApartFromTheText_Wire32()
    {
        const string Fields = "\"reasoning_effort\":\"high\",\"include_reasoning\":true";
        var whole = await AskAsync(Body(User("Think. [[tokens=6]]"), Fields));
        var sent = Sent();
        Assert.Equal("""{"thinkingLevel":"high","includeThoughts":true}""", Sorted(sent["generationConfig"]!["thinkingConfig"]!), ignoreCase: true);
        var message = whole["choices"]![0]!["message"]!;
        Assert.Equal("Considering the request.", (string?)message["reasoning_content"]);
        Assert.DoesNotContain("Considering", (string?)message["content"], StringComparison.Ordinal);
        Assert.Equal((16, 22), ((int)whole["usage"]!["completion_tokens_details"]!["reasoning_tokens"]!, (int)whole["usage"]!["completion_tokens"]!));

        var chunks = await StreamAsync(Body(User("Think. [[tokens=6]]"), Fields));
        Assert.Equal("Considering the request.", TextOf(chunks, "reasoning_content"));
        Assert.Equal((string?)message["content"], TextOf(chunks, "content"));
    }

    [Fact]
    public async Task Chat_JsonWithTools_ReachesModelsThatDoBoth_Wire29()
    {
        var answer = await AskAsync(Body(User("Weather? [[tokens=6]]"), Tools + ""","response_format":{"type":"json_object"}"""));

        Assert.Equal("application/json", (string?)Sent()["generationConfig"]!["responseMimeType"]);
        Assert.Single(Sent()["tools"]!.AsArray());
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse((string)answer["choices"]![0]!["message"]!["content"]!).RootElement.ValueKind);
    }

    [Fact]
    public async Task Chat_PartsOfAllKinds_ReachTheModelInOrder_Wire11_Wire12()
    {
        await AskAsync(Body("""
            {"role":"user","content":[
              {"type":"text","text":"Compare."},
              {"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}},
              {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}},
              {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}}]}
            """));

        Assert.Equal(
            """[{"text":"Compare."},{"inlineData":{"mimeType":"audio/wav","data":"UklGRg=="}},{"inlineData":{"mimeType":"application/pdf","data":"JVBERi0="}},{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}]""",
            Sent()["contents"]![0]!["parts"]!.ToJsonString());
    }

    [Fact]
    public async Task Chat_Instructions_AllReachTheModelInOrder_Wire1()
    {
        await AskAsync(Body("""{"role":"system","content":"One."},{"role":"developer","content":"Two."},{"role":"user","content":"Hello"},{"role":"system","content":"Three."}"""));

        Assert.Equal(["One.", "Two.", "Three."], Sent()["systemInstruction"]!["parts"]!.AsArray().Select(part => (string?)part!["text"]));
        Assert.Single(Sent()["contents"]!.AsArray());

        // Nothing but instructions: they are the question (rule 2).
        await AskAsync(Body("""{"role":"system","content":"Say something."}"""));
        Assert.Equal("Say something.", (string?)Sent()["contents"]![0]!["parts"]![0]!["text"]);
    }

    [Fact]
    public async Task Chat_LastMessageIsTheAssistants_IsAnswered_Wire6()
    {
        var answer = await AskAsync(Body(User("Count.") + """,{"role":"assistant","content":"One, two,"}"""));

        Assert.Equal("stop", (string?)answer["choices"]![0]!["finish_reason"]);
    }

    [Fact]
    public async Task Functions_OlderForms_AreToolsToTheModel()
    {
        var answer = await AskAsync(Body(User("Weather? [[tool]]"), $"\"functions\":[{Weather}],\"function_call\":{{\"name\":\"weather\"}}"));
        Assert.Equal("""{"mode":"ANY","allowedFunctionNames":["weather"]}""", Sent()["toolConfig"]!["functionCallingConfig"]!.ToJsonString());
        Assert.Equal("weather", (string?)Sent()["tools"]![0]!["functionDeclarations"]![0]!["name"]);
        var message = answer["choices"]![0]!["message"]!.AsObject();
        var called = message["function_call"] ?? message["tool_calls"]![0]!["function"];
        Assert.Equal("weather", (string?)called!["name"]);

        await AskAsync(Body(
            User("Weather?") + """
            ,{"role":"assistant","content":null,"function_call":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}},
            {"role":"function","name":"weather","content":"{\"degrees\":20}"}
            """,
            $"\"functions\":[{Weather}]"));
        var contents = Sent()["contents"]!;
        Assert.Equal("""{"city":"Rome"}""", contents[1]!["parts"]![0]!["functionCall"]!["args"]!.ToJsonString());
        Assert.Equal("""{"degrees":20}""", contents[2]!["parts"]![0]!["functionResponse"]!["response"]!.ToJsonString());
    }

    [Fact]
    public async Task Tools_ResultsOfAnyKindInAnyOrder_ReachTheModelInTheOrderOfTheCalls_Wire16_Wire17()
    {
        var asked = await AskAsync(Body(User("Weather in four towns? [[tool=4]]"), Tools));
        var message = asked["choices"]![0]!["message"]!;
        var ids = message["tool_calls"]!.AsArray().Select(call => (string)call!["id"]!).ToList();
        Assert.Equal(4, ids.Distinct().Count());
        string[] results = ["{\"degrees\":20}", "[1,2]", "sunny", "{\"cut"];
        var told = ids.Select((id, index) => $$"""{"role":"tool","tool_call_id":"{{id}}","content":{{JsonSerializer.Serialize(results[index])}}}""").Reverse();

        await AskAsync(Body($"{User("Weather in four towns? [[tool=4]]")},{message.ToJsonString()},{string.Join(',', told)},{User("And now? [[tokens=4]]")}", Tools));

        var parts = Sent()["contents"]![2]!["parts"]!.AsArray();
        var responses = parts.Take(4).Select(part => part!["functionResponse"]!["response"]!).ToList();
        Assert.Equal("""{"degrees":20}""", responses[0].ToJsonString());
        Assert.Equal("[1,2]", (string?)Assert.Single(responses[1].AsObject()).Value);
        Assert.Equal("sunny", (string?)Assert.Single(responses[2].AsObject()).Value);
        Assert.Equal("{\"cut", (string?)Assert.Single(responses[3].AsObject()).Value);
    }

    private static string User(string text) => $$"""{"role":"user","content":"{{text}}"}""";

    private static string Body(string messages, string fields = "\"temperature\":1") => $$"""{"model":"{{Gemini}}",{{fields}},"messages":[{{messages}}]}""";

    private static string TextOf(IEnumerable<JsonNode> chunks, string field) =>
        string.Concat(chunks.Select(chunk => (string?)chunk["choices"]![0]!["delta"]![field]));

    private static string Sorted(JsonNode value) =>
        new JsonObject(value.AsObject().OrderByDescending(entry => entry.Key).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))).ToJsonString();

    private JsonNode Sent() => JsonNode.Parse(Assert.Single(thotnet.Simulator.Requests(last: 1)).Body)!;

    private async Task<JsonNode> AskAsync(string body)
    {
        using var response = await thotnet.PostChatAsync(body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == 200, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<List<JsonNode>> StreamAsync(string body)
    {
        var log = await SseLog.ReadAsync(await thotnet.PostChatAsync(body.Replace("{\"model\"", "{\"stream\":true,\"model\"", StringComparison.Ordinal)));
        Assert.True(log is { Broken: false, HasDone: true }, string.Join('\n', log.Data));
        return [.. log.Data.SkipLast(1).Select(line => JsonNode.Parse(line)!)];
    }
}
