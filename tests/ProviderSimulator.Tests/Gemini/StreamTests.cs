using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Faults;

namespace ThotNet.ProviderSimulator.Tests.Gemini;

/// <summary>wire.md 4.4: streams and their quirks.</summary>
public class StreamTests
{
    private const string Text = "hi [[tokens=7]]";

    [Fact]
    public async Task Events_Text_SameAsWholeAndStopInAnEmptyLastChunk()
    {
        await using var sim = await Sim.Start();
        var chunks = await Native.Stream(sim, Text);
        Assert.Equal(8, chunks.Count);
        Assert.Equal(Native.Text((await Native.Generate(sim, Text)).Body), string.Concat(chunks.Select(Native.Text)));
        Assert.All(chunks[..^1], chunk => Assert.Null(chunk["candidates"]![0]!["finishReason"]));
        var last = chunks[^1]["candidates"]![0]!;
        Assert.Equal(("STOP", ""), ((string?)last["finishReason"], (string?)last["content"]!["parts"]![0]!["text"]));
        Assert.NotNull(last["content"]!["parts"]![0]!["thoughtSignature"]);
        Assert.Single(chunks.Select(chunk => (string?)chunk["responseId"]).Distinct());
    }

    [Fact]
    public async Task Events_Usage_CumulativeWithChunksThatHaveNoCounts()
    {
        await using var sim = await Sim.Start();
        var usages = (await Native.Stream(sim, Text)).Select(chunk => chunk["usageMetadata"]!).ToList();
        Assert.Equal([1, 2, null, 4, 5, null, 7, 7], usages.Select(usage => (int?)usage["candidatesTokenCount"]));
        Assert.Equal("""{"trafficType":"ON_DEMAND"}""", usages[2].ToJsonString());
        Assert.Equal(23, (int)usages[^1]["totalTokenCount"]!);
    }

    [Fact]
    public async Task Events_Thoughts_InAFirstChunkOfTheirOwn()
    {
        await using var sim = await Sim.Start();
        var chunks = await Native.Stream(sim, Text, "\"generationConfig\":{\"thinkingConfig\":{\"includeThoughts\":true}}");
        Assert.True((bool)chunks[0]["candidates"]![0]!["content"]!["parts"]![0]!["thought"]!);
        Assert.Equal((8, null), ((int)chunks[0]["usageMetadata"]!["thoughtsTokenCount"]!, (int?)chunks[0]["usageMetadata"]!["candidatesTokenCount"]));
        Assert.DoesNotContain(chunks[1..], chunk => chunk.ToJsonString().Contains("\"thought\":", StringComparison.Ordinal));
    }

    /// <summary>Parallel calls come in one chunk for some prompts and in several for others; the end always later.</summary>
    [Fact]
    public async Task Events_Calls_WholeInOneOrSeveralChunksAndStopLater()
    {
        await using var sim = await Sim.Start();
        var shapes = new HashSet<string>();
        for (var i = 0; i < 12; i++)
        {
            var chunks = await Native.Stream(sim, $"[[tool=2]] {i}", Native.Tools);
            var parts = chunks[..^1].Select(chunk => chunk["candidates"]![0]!["content"]!["parts"]!.AsArray()).ToList();
            Assert.All(parts.SelectMany(list => list), part => Assert.NotNull(part!["functionCall"]!["args"]!["q"]));
            Assert.Single(parts.SelectMany(list => list), part => part!["thoughtSignature"] is not null);
            Assert.Equal("STOP", (string?)chunks[^1]["candidates"]![0]!["finishReason"]);
            shapes.Add(string.Join('+', parts.Select(list => list.Count)));
        }

        Assert.Equal(["1+1", "2"], shapes.Order());
    }

    [Fact]
    public async Task Events_Candidates_InterleavedByIndex()
    {
        await using var sim = await Sim.Start();
        var chunks = await Native.Stream(sim, "[[tokens=2]]", "\"generationConfig\":{\"candidateCount\":2}");
        Assert.Equal([null, 1, null, 1, null, 1], chunks.Select(chunk => (int?)chunk["candidates"]![0]!["index"]));
        Assert.Equal(["STOP", "STOP"], chunks[^2..].Select(chunk => (string?)chunk["candidates"]![0]!["finishReason"]));
    }

    [Theory]
    [InlineData("[[finish=RECITATION]] [[tokens=2]]", 3, "RECITATION")]
    [InlineData("[[finish=RECITATION]]", 1, "RECITATION")]
    [InlineData("[[malformed]]", 1, "MALFORMED_FUNCTION_CALL")]
    public async Task Events_FinishMarker_LastChunkWithoutContent(string text, int count, string reason)
    {
        await using var sim = await Sim.Start();
        var chunks = await Native.Stream(sim, text);
        Assert.Equal((count, reason), (chunks.Count, (string?)chunks[^1]["candidates"]![0]!["finishReason"]));
        Assert.Null(chunks[^1]["candidates"]![0]!["content"]);
    }

    [Fact]
    public async Task Events_BudgetGoneInThought_OneChunkMaxTokens()
    {
        await using var sim = await Sim.Start();
        var chunk = Assert.Single(await Native.Stream(sim, Text, "\"generationConfig\":{\"maxOutputTokens\":8}"));
        Assert.Equal("MAX_TOKENS", (string?)chunk["candidates"]![0]!["finishReason"]);
        Assert.Equal(16, sim.Quota("gemini", "day").Used);
    }

    [Fact]
    public async Task Events_Blocked_OneChunkWithFeedback()
    {
        await using var sim = await Sim.Start();
        var chunk = Assert.Single(await Native.Stream(sim, "[[blocked]]"));
        Assert.Equal("SAFETY", (string?)chunk["promptFeedback"]!["blockReason"]);
    }

    [Fact]
    public async Task Array_WithoutAlt_OneJsonArrayOfTheSameChunks()
    {
        await using var sim = await Sim.Start();
        var response = await Native.Send(sim, "gemini-3.6-flash:streamGenerateContent", Native.Request(Text));
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("},\r\n{\"candidates\"", body, StringComparison.Ordinal);
        var chunks = JsonNode.Parse(body)!.AsArray();
        Assert.Equal(8, chunks.Count);
        Assert.Equal(string.Concat((await Native.Stream(sim, Text)).Select(Native.Text)), string.Concat(chunks.Select(chunk => Native.Text(chunk!))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Error_InMidStream_IsAChunkInBothForms(int after)
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { Preset = "gemini-stream-error", AfterChunks = after, Count = 2 });
        after = after == 0 ? 2 : after;
        var chunks = await Native.Stream(sim, Text);
        Assert.Equal((after + 1, "UNAVAILABLE"), (chunks.Count, (string?)chunks[^1]["error"]!["status"]));
        var (status, array) = await Native.Json(sim, "gemini-3.6-flash:streamGenerateContent", Native.Request(Text));
        Assert.Equal((200, after + 1, 503), (status, array.AsArray().Count, (int)array[after]!["error"]!["code"]!));
    }

    [Fact]
    public async Task Error_AsFirstChunkOfAnArray_IsAWholeArray()
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { Ending = FaultEnding.Error });
        var (status, array) = await Native.Json(sim, "gemini-3.6-flash:streamGenerateContent", Native.Request(Text));
        Assert.Equal((200, 503), (status, (int)array.AsArray().Single()!["error"]!["code"]!));
    }

    [Fact]
    public async Task CleanEnd_Preset_NoFinishReason()
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { Preset = "gemini-no-finish" });
        var chunks = await Native.Stream(sim, Text);
        Assert.Equal(2, chunks.Count);
        Assert.All(chunks, chunk => Assert.Null(chunk["candidates"]![0]!["finishReason"]));
        Assert.Equal(23, sim.Quota("gemini", "day").Used);
    }

    /// <summary>One byte at a time is the same text.</summary>
    [Fact]
    public async Task Pieces_OneByte_SameChunks()
    {
        await using var sim = await Sim.Start();
        var whole = await Native.Stream(sim, Text);
        sim.State.AddFault(new() { PieceBytes = 1 });
        Assert.Equal(whole.Select(Native.Text), (await Native.Stream(sim, Text)).Select(Native.Text));
    }
}
