using System.Text.Json;
using System.Text.Json.Nodes;

namespace ThotNet.ProviderSimulator.Tests.Gemini;

/// <summary>wire.md 4.3: whole answers.</summary>
public class GenerateTests
{
    [Fact]
    public async Task Answer_Default_OneCandidateWithoutIndexAndCountsThatAdd()
    {
        await using var sim = await Sim.Start();
        var (status, body) = await Native.Generate(sim, "hi [[tokens=5]]", "\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":\"low\"}}");
        Assert.Equal(200, status);
        Assert.Equal(["candidates", "usageMetadata", "modelVersion", "responseId"], body.AsObject().Select(field => field.Key));
        var candidate = body["candidates"]!.AsArray().Single()!.AsObject();
        Assert.Equal(["content", "finishReason"], candidate.Select(field => field.Key));
        Assert.Equal(("STOP", "model"), ((string?)candidate["finishReason"], (string?)candidate["content"]!["role"]));
        Assert.Equal("gemini-3.6-flash", (string?)body["modelVersion"]);
        Assert.Equal(
            """{"promptTokenCount":8,"candidatesTokenCount":5,"thoughtsTokenCount":4,"totalTokenCount":17,"promptTokensDetails":[{"modality":"TEXT","tokenCount":8}]}""",
            body["usageMetadata"]!.ToJsonString());
    }

    /// <summary>The same text costs the same and is answered the same as at the compatible endpoint.</summary>
    [Fact]
    public async Task Answer_SameTextAsCompat_SameWordsAndPromptTokens()
    {
        await using var sim = await Sim.Start();
        var (_, native) = await Native.Generate(sim, "hi [[tokens=9]]", "\"systemInstruction\":{\"parts\":[{\"text\":\"be kind\"}]}");
        var compat = await Sim.Json(await sim.Post(Sim.Gemini, """
            {"model":"gemini-3.6-flash","messages":[{"role":"system","content":"be kind"},{"role":"user","content":"hi [[tokens=9]]"}]}
            """));
        Assert.Equal((string?)compat.Body["choices"]![0]!["message"]!["content"], Native.Text(native));
        Assert.Equal((int)compat.Body["usage"]!["prompt_tokens"]!, (int)native["usageMetadata"]!["promptTokenCount"]!);
    }

    [Theory]
    [InlineData(Native.Flash3, "{}", 8)]
    [InlineData(Native.Flash3, "{\"thinkingLevel\":\"HIGH\"}", 16)]
    [InlineData(Native.Flash3, "{\"thinkingLevel\":\"MINIMAL\"}", null)]
    [InlineData(Native.Flash25, "{}", null)]
    [InlineData(Native.Flash25, "{\"thinkingBudget\":-1}", 8)]
    [InlineData(Native.Flash25, "{\"thinkingBudget\":0}", null)]
    [InlineData(Native.Flash25, "{\"thinkingBudget\":1024}", 16)]
    public async Task Thoughts_ByModelAndConfig_CountedButNotShown(string model, string thinking, int? expected)
    {
        await using var sim = await Sim.Start();
        var (_, body) = await Native.Generate(sim, more: $"\"generationConfig\":{{\"thinkingConfig\":{thinking}}}", model: model);
        Assert.Equal(expected, (int?)body["usageMetadata"]!["thoughtsTokenCount"]);
        Assert.Single(body["candidates"]![0]!["content"]!["parts"]!.AsArray());
    }

    [Fact]
    public async Task Thoughts_Asked_PartMarkedAsThoughtComesFirst()
    {
        await using var sim = await Sim.Start();
        var (_, body) = await Native.Generate(sim, more: "\"generationConfig\":{\"thinkingConfig\":{\"includeThoughts\":true}}");
        var parts = body["candidates"]![0]!["content"]!["parts"]!.AsArray();
        Assert.Equal((2, true), (parts.Count, (bool)parts[0]!["thought"]!));
        Assert.Null(parts[1]!["thought"]);
    }

    /// <summary>wire.md rule 21: thoughts use up the same budget.</summary>
    [Theory]
    [InlineData(5, 5, null)]
    [InlineData(8, 8, null)]
    [InlineData(11, 8, 3)]
    public async Task Budget_SmallerThanAnswer_MaxTokens(int budget, int thoughts, int? written)
    {
        await using var sim = await Sim.Start();
        var (_, body) = await Native.Generate(sim, more: $"\"generationConfig\":{{\"maxOutputTokens\":{budget}}}");
        Assert.Equal("MAX_TOKENS", (string?)body["candidates"]![0]!["finishReason"]);
        Assert.Equal(written is not null, body["candidates"]![0]!.AsObject().ContainsKey("content"));
        var usage = body["usageMetadata"]!;
        Assert.Equal((thoughts, written), ((int)usage["thoughtsTokenCount"]!, (int?)usage["candidatesTokenCount"]));
    }

    [Fact]
    public async Task Tools_Gemini3_SignedFirstCallWithIdsAndStop()
    {
        await using var sim = await Sim.Start();
        var (_, body) = await Native.Generate(sim, "[[tool=2]]", Native.Tools);
        var parts = body["candidates"]![0]!["content"]!["parts"]!.AsArray();
        Assert.Equal("STOP", (string?)body["candidates"]![0]!["finishReason"]);
        Assert.Equal(2, parts.Count);
        Assert.NotNull(parts[0]!["thoughtSignature"]);
        Assert.Null(parts[1]!["thoughtSignature"]);
        var (_, again) = await Native.Generate(sim, "[[tool=2]]", Native.Tools);
        var calls = parts.Concat(again["candidates"]![0]!["content"]!["parts"]!.AsArray()).Select(part => part!["functionCall"]!).ToList();
        Assert.All(calls, call => Assert.Equal(JsonValueKind.String, call["args"]!["q"]!.GetValueKind()));
        Assert.Equal(4, calls.Select(call => (string?)call["id"]).Distinct().Count());
    }

    [Theory]
    [InlineData(Native.Flash25)]
    [InlineData(Native.Flash2)]
    public async Task Tools_Older_NoSignatureNoId(string model)
    {
        await using var sim = await Sim.Start();
        var (_, body) = await Native.Generate(sim, "[[tool]]", "\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\"}]}]", model);
        Assert.Equal("""[{"functionCall":{"name":"f"}}]""", body["candidates"]![0]!["content"]!["parts"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"mode":"ANY","allowedFunctionNames":["g"]}""", "hello", "g")]
    [InlineData("""{"mode":"ANY"}""", "hello", "f")]
    [InlineData("""{"mode":"AUTO"}""", "[[tool]]", "f")]
    [InlineData("""{"mode":"VALIDATED","allowedFunctionNames":["g"]}""", "[[tool]]", "g")]
    [InlineData("""{"mode":"NONE"}""", "[[tool]]", null)]
    [InlineData("""{"mode":"AUTO"}""", "hello", null)]
    public async Task ToolConfig_Mode_DecidesTheCall(string config, string text, string? expected)
    {
        await using var sim = await Sim.Start();
        var more = "\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\"},{\"name\":\"g\"}]}],\"toolConfig\":{\"functionCallingConfig\":" + config + "}";
        var (_, body) = await Native.Generate(sim, text, more);
        Assert.Equal(expected, (string?)body["candidates"]![0]!["content"]!["parts"]![0]!["functionCall"]?["name"]);
    }

    [Theory]
    [InlineData("""responseSchema":{"type":"OBJECT","properties":{"a":{"type":"STRING"},"n":{"type":"INTEGER"},"e":{"type":"STRING","enum":["x"]}}}""")]
    [InlineData("""responseJsonSchema":{"type":"object","properties":{"a":{"type":"string"},"n":{"$ref":"#/$defs/n"},"e":{"enum":["x"]}},"$defs":{"n":{"type":"integer"}}}""")]
    public async Task JsonMode_Schema_AnswerFits(string schema)
    {
        await using var sim = await Sim.Start();
        var (_, body) = await Native.Generate(sim, more: "\"generationConfig\":{\"responseMimeType\":\"application/json\",\"" + schema + "}");
        var answer = JsonNode.Parse(Native.Text(body))!;
        Assert.Equal((1, "x"), ((int)answer["n"]!, (string?)answer["e"]));
        Assert.Equal(["a", "n", "e"], answer.AsObject().Select(field => field.Key));
    }

    /// <summary>Recursion in optional places ends somewhere.</summary>
    [Fact]
    public async Task JsonMode_RecursiveSchema_AnswerEnds()
    {
        await using var sim = await Sim.Start();
        var (_, body) = await Native.Generate(sim, "[[tokens=9]]", """
            "generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"type":"object","required":["v"],
            "properties":{"v":{"type":"integer"},"left":{"$ref":"#"},"right":{"anyOf":[{"$ref":"#"},{"type":"null"}]}}}}
            """);
        var node = JsonNode.Parse(Native.Text(body));
        var depth = 0;
        for (; node is not null; node = node["left"], depth++)
            Assert.Equal(1, (int)node["v"]!);
        Assert.Equal(5, depth);
    }

    [Fact]
    public async Task Candidates_Three_IndexedFromTheSecondAndAllCounted()
    {
        await using var sim = await Sim.Start();
        var (_, body) = await Native.Generate(sim, "[[tokens=5]]", "\"generationConfig\":{\"candidateCount\":3}", Native.Flash2);
        Assert.Equal([null, 1, 2], body["candidates"]!.AsArray().Select(candidate => (int?)candidate!["index"]));
        Assert.Equal(15, (int)body["usageMetadata"]!["candidatesTokenCount"]!);
        Assert.Equal(3, body["candidates"]!.AsArray().Select(candidate => candidate!["content"]!.ToJsonString()).Distinct().Count());
    }

    [Fact]
    public async Task Logprobs_Asked_OneForEachTokenWithAlternatives()
    {
        await using var sim = await Sim.Start();
        var (_, body) = await Native.Generate(sim, "[[tokens=4]]", "\"generationConfig\":{\"responseLogprobs\":true,\"logprobs\":2}");
        var result = body["candidates"]![0]!["logprobsResult"]!;
        Assert.Equal(Native.Text(body), string.Concat(result["chosenCandidates"]!.AsArray().Select(token => (string?)token!["token"])));
        Assert.Equal([2, 2, 2, 2], result["topCandidates"]!.AsArray().Select(top => top!["candidates"]!.AsArray().Count));
    }

    [Theory]
    [InlineData("[[blocked]]", "SAFETY")]
    [InlineData("[[blocked=PROHIBITED_CONTENT]]", "PROHIBITED_CONTENT")]
    public async Task Blocked_Marker_NoCandidatesButStatus200(string text, string expected)
    {
        await using var sim = await Sim.Start();
        var (status, body) = await Native.Generate(sim, text);
        Assert.Equal((200, expected), (status, (string?)body["promptFeedback"]!["blockReason"]));
        Assert.False(body.AsObject().ContainsKey("candidates"));
        Assert.Equal((int)body["usageMetadata"]!["promptTokenCount"]!, (int)body["usageMetadata"]!["totalTokenCount"]!);
    }

    [Theory]
    [InlineData("[[finish=SAFETY]]", "SAFETY", 0)]
    [InlineData("[[finish=SOME_NEW_ONE]] [[tokens=3]]", "SOME_NEW_ONE", 3)]
    [InlineData("[[malformed]] [[tokens=3]]", "MALFORMED_FUNCTION_CALL", 0)]
    public async Task Finish_Marker_EndsWithTheReason(string text, string expected, int tokens)
    {
        await using var sim = await Sim.Start();
        var (_, body) = await Native.Generate(sim, text, Native.Tools);
        Assert.Equal(expected, (string?)body["candidates"]![0]!["finishReason"]);
        Assert.Equal(tokens > 0, body["candidates"]![0]!.AsObject().ContainsKey("content"));
        Assert.Equal(tokens, (int?)body["usageMetadata"]!["candidatesTokenCount"] ?? 0);
    }

    [Fact]
    public async Task CountTokens_BothForms_AsTheAnswerCountsAndWithoutQuota()
    {
        await using var sim = await Sim.Start(options => options.Providers["gemini"].Quotas["minute"] = new() { Amount = 1 });
        var (_, plain) = await Native.Json(sim, "gemini-3.6-flash:countTokens", Native.Request("hello"));
        Assert.Equal("""{"totalTokens":6,"promptTokensDetails":[{"modality":"TEXT","tokenCount":6}]}""", plain.ToJsonString());
        var whole = Native.Request("hello", "\"model\":\"models/gemini-3.6-flash\",\"systemInstruction\":{\"parts\":[{\"text\":\"abc\"}]}");
        var (_, counted) = await Native.Json(sim, "gemini-3.6-flash:countTokens", $"{{\"generateContentRequest\":{whole}}}");
        Assert.Equal(10, (int)counted["totalTokens"]!);
        Assert.Equal(200, (await Native.Generate(sim)).Status);
        Assert.Equal(1, sim.Quota("gemini", "minute").Arrived);
    }

    [Theory]
    [InlineData("""{"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{}}""", "Unknown name \"generationConfig\"")]
    [InlineData("""{"generateContentRequest":{"contents":[{"parts":[{"text":"a"}]}]}}""", "must be the model of the request")]
    [InlineData("""{"contents":[],"generateContentRequest":{}}""", "Only one of contents and generate_content_request")]
    [InlineData("{}", "contents is not specified")]
    public async Task CountTokens_Broken_Refused(string body, string expected) =>
        await Native.AssertRefused(expected, body, method: "countTokens");
}
