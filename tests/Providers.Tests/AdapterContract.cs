using System.Text.Json.Nodes;
using ThotNet.Providers.Failures;
using ThotNet.Providers.Tests.OpenAi;

namespace ThotNet.Providers.Tests;

/// <summary>
/// What every adapter must do, whatever its wire format: the samples are one provider's way of saying the same things, and callers get the same.
/// </summary>
/// <param name="adapter">The adapter, made with <see cref="AdapterFixture.Endpoint"/>.</param>
public abstract class AdapterContract(IProviderAdapter adapter)
{
    private const string Plain = "\"stream\":true";
    private const string WithUsage = "\"stream\":true,\"stream_options\":{\"include_usage\":true}";

    private readonly AdapterFixture _fixture = new(adapter);

    /// <summary>An answer that says <c>Hello</c>, ends of itself and cost 3 and 4 tokens.</summary>
    protected abstract string PlainAnswer { get; }

    /// <summary>An answer without text that calls <c>f</c> with <c>{"a":1}</c> and <c>g</c> with nothing.</summary>
    protected abstract string ToolAnswer { get; }

    /// <summary>An answer that ended at the limit of tokens.</summary>
    protected abstract string CutAnswer { get; }

    /// <summary>An answer that a content filter ended.</summary>
    protected abstract string FilteredAnswer { get; }

    /// <summary><see cref="PlainAnswer"/> as a stream.</summary>
    protected abstract string[] TextStream { get; }

    /// <summary><see cref="ToolAnswer"/> as a stream.</summary>
    protected abstract string[] ToolStream { get; }

    /// <summary>The event of a stream that says that the provider has failed.</summary>
    protected abstract string StreamError { get; }

    /// <summary>The answer to a wrong key.</summary>
    protected abstract (int Status, string Body) RefusedKey { get; }

    /// <summary>The answer to a model that is no more.</summary>
    protected abstract (int Status, string Body) GoneModel { get; }

    /// <summary>The answer when there is a minute's limit: 4.5 seconds to wait.</summary>
    protected abstract (int Status, string Body) Throttle { get; }

    /// <summary>The answer when the day's quota or the account's credit is spent.</summary>
    protected abstract (int Status, string Body) SpentDay { get; }

    /// <summary>The answer of a provider in trouble.</summary>
    protected abstract (int Status, string Body) ServerError { get; }

    /// <summary>The answer to a prompt that is too long for the model.</summary>
    protected abstract (int Status, string Body) LongPrompt { get; }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CreateRequest_Chat_IsAPostOfJsonWithTheKeyInAHeader(bool stream)
    {
        var request = AdapterFixture.Request(AdapterFixture.With($"\"stream\":{(stream ? "true" : "false")}"));

        using var message = adapter.CreateRequest(request, AdapterFixture.Target);

        Assert.Equal(HttpMethod.Post, message.Method);
        Assert.StartsWith("http://127.0.0.1:9/v1/", message.RequestUri!.AbsoluteUri, StringComparison.Ordinal);
        Assert.DoesNotContain(AdapterFixture.Key, message.RequestUri.AbsoluteUri, StringComparison.Ordinal);
        Assert.Single(message.Headers, header => header.Value.Any(value => value.Contains(AdapterFixture.Key, StringComparison.Ordinal)));
        Assert.Equal(stream ? "text/event-stream" : "application/json", message.Headers.Accept.ToString());
        Assert.Equal("application/json", message.Content!.Headers.ContentType!.MediaType);
        var body = await message.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(body.Length, message.Content.Headers.ContentLength);
        Assert.IsType<JsonObject>(JsonNode.Parse(body));
    }

    [Fact]
    public void Answer_Plain_IsOpenAis_Wire12()
    {
        var (answer, usage) = _fixture.Answer(PlainAnswer);

        Assert.Equal("chat.completion", (string?)answer["object"]);
        Assert.Equal("acme/org/model-1", (string?)answer["model"]);
        Assert.NotEmpty((string?)answer["id"] ?? "");
        Assert.InRange((long)answer["created"]!, 1_600_000_000, 1_800_000_000);
        var choice = Assert.Single(answer["choices"]!.AsArray())!;
        Assert.Equal(0, (int)choice["index"]!);
        Assert.Equal("assistant", (string?)choice["message"]!["role"]);
        Assert.Equal("Hello", (string?)choice["message"]!["content"]);
        Assert.Equal("stop", (string?)choice["finish_reason"]);
        Assert.Equal(new TokenUsage(3, 4, 7), usage);
        Assert.Equal((3, 4, 7), ((int)answer["usage"]!["prompt_tokens"]!, (int)answer["usage"]!["completion_tokens"]!, (int)answer["usage"]!["total_tokens"]!));
    }

    [Fact]
    public void Answer_Tools_IsOpenAis_Wire12()
    {
        var choice = _fixture.Answer(ToolAnswer).Answer["choices"]![0]!;

        Assert.Equal("tool_calls", (string?)choice["finish_reason"]);
        Assert.Null(choice["message"]!["content"]);
        AssertCalls(choice["message"]!["tool_calls"]!.AsArray());
    }

    [Fact]
    public void Answer_CutAtTheLimit_EndsWithLength_Wire12() =>
        Assert.Equal("length", (string?)_fixture.Answer(CutAnswer).Answer["choices"]![0]!["finish_reason"]);

    [Fact]
    public void Answer_Filtered_EndsWithContentFilter_Wire12() =>
        Assert.Equal("content_filter", (string?)_fixture.Answer(FilteredAnswer).Answer["choices"]![0]!["finish_reason"]);

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"id\":")]
    [InlineData("<html>host7.internal</html>")]
    public void Answer_Unreadable_IsAPassingFailureInOurWords(string body)
    {
        var failure = _fixture.AnswerFails(body);

        Assert.Equal((FailureClass.Transient, "provider_unreadable"), (failure.Class, failure.Code));
        Assert.DoesNotContain("host7", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_Truncated_IsUnreadableOrWhole()
    {
        foreach (var length in Enumerable.Range(0, PlainAnswer.TrimEnd().Length))
            Assert.Equal("provider_unreadable", _fixture.AnswerFails(PlainAnswer[..length]).Code);
    }

    [Fact]
    public void Answer_ErrorIn200_IsAFailure() => Assert.False(_fixture.AnswerFails(StreamError).IsCallers);

    [Fact]
    public void Stream_Text_IsOpenAis_Wire13()
    {
        var run = _fixture.Stream(AdapterFixture.With(WithUsage), TextStream);
        var chunks = run.Chunks.Concat(run.EndingChunks).ToList();

        Assert.Equal("Hello", run.Content);
        Assert.Equal("stop", run.FinishReason);
        Assert.Equal("{\"role\":\"assistant\",\"content\":\"\"}", run.Deltas.First().ToJsonString());
        Assert.Equal("{}", run.Deltas.Last().ToJsonString());
        Assert.Single(run.Deltas, delta => delta["role"] is not null);
        Assert.Contains(StreamEvent.Content, run.Kinds);
        Assert.True(run.Translator.Finished);
        Assert.Equal(new TokenUsage(3, 4, 7), run.Translator.Usage);
        Assert.Same(chunks[^1], Assert.Single(chunks, chunk => chunk["usage"] is not null));
        Assert.Single(chunks.Select(chunk => ((string?)chunk["id"], (long)chunk["created"]!, (string?)chunk["model"])).Distinct());
        Assert.EndsWith("data: [DONE]\n\n", run.Ending, StringComparison.Ordinal);
    }

    [Fact]
    public void Stream_UsageNotAskedFor_IsLeftOut_Wire13()
    {
        var run = _fixture.Stream(AdapterFixture.With(Plain), TextStream);

        Assert.All(run.Chunks.Concat(run.EndingChunks), chunk => Assert.False(chunk.ContainsKey("usage")));
        Assert.All(run.Chunks.Concat(run.EndingChunks), chunk => Assert.NotEmpty(chunk["choices"]!.AsArray()));
    }

    [Fact]
    public void Stream_Tools_IsOpenAis_Wire13()
    {
        var run = _fixture.Stream(AdapterFixture.With(Plain), ToolStream);

        Assert.Equal("tool_calls", run.FinishReason);
        var calls = run.Deltas.SelectMany(delta => delta["tool_calls"]?.AsArray() ?? []).GroupBy(call => (int)call!["index"]!).ToList();
        Assert.Equal([0, 1], calls.Select(call => call.Key));
        AssertCalls(new JsonArray([.. calls.Select(Join)]));
    }

    [Fact]
    public void Stream_EndingEarly_IsNotFinished_Wire13()
    {
        var events = TextStream.TakeWhile(data => !data.Contains("\"STOP\"", StringComparison.OrdinalIgnoreCase)).ToArray();

        for (var count = 0; count <= events.Length; count++)
            Assert.False(_fixture.Stream(AdapterFixture.With(Plain), events[..count]).Translator.Finished);
    }

    [Fact]
    public void Stream_Error_FailsWithoutOutput_Wire13()
    {
        var run = _fixture.Stream(AdapterFixture.With(Plain), TextStream[0], StreamError);

        Assert.Equal(StreamEvent.Failed, run.Kinds[^1]);
        Assert.Equal(FailureClass.Transient, run.Translator.Failure!.Class);
        Assert.False(run.Translator.Finished);
    }

    [Fact]
    public void Failure_RefusedKey_IsNeverTheCallers()
    {
        var failure = Read(RefusedKey);

        Assert.Equal(FailureClass.KeyRefused, failure.Class);
        Assert.DoesNotContain(AdapterFixture.Key, failure.Message, StringComparison.Ordinal);
        Assert.Equal(502, FailureErrors.ToApiError(failure).Status);
    }

    [Fact]
    public void Failure_GoneModel_IsModelNotFound()
    {
        var failure = Read(GoneModel);

        Assert.Equal(FailureClass.ModelGone, failure.Class);
        Assert.Equal((404, "model_not_found"), (FailureErrors.ToApiError(failure).Status, FailureErrors.ToApiError(failure).Code));
    }

    [Fact]
    public void Failure_Throttle_ClosesTheQuotaForItsTime()
    {
        var failure = Read(Throttle);

        Assert.Equal(FailureClass.Throttled, failure.Class);
        Assert.Equal(TimeSpan.FromSeconds(4.5), failure.Evidence?.ClosedFor);
    }

    [Fact]
    public void Failure_SpentDay_ClosesTheQuotaForLong()
    {
        var failure = Read(SpentDay);

        Assert.Equal(FailureClass.QuotaGone, failure.Class);
        Assert.InRange(failure.Evidence!.ClosedFor, TimeSpan.FromMinutes(5), TimeSpan.FromHours(25));
        Assert.Equal("insufficient_quota", FailureErrors.ToApiError(failure).Code);
    }

    [Fact]
    public void Failure_OfTheServer_MayPass()
    {
        var failure = Read(ServerError);

        Assert.Equal((FailureClass.Transient, null), (failure.Class, failure.Evidence));
    }

    [Fact]
    public void Failure_LongPrompt_MayFitElsewhere() => Assert.Equal(FailureClass.TooLarge, Read(LongPrompt).Class);

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(404)]
    public void Failure_OfSomethingInFront_MayPass(int status) =>
        Assert.Equal(FailureClass.Transient, _fixture.Failure(status, "<html>host7.internal</html>").Class);

    private ProviderFailure Read((int Status, string Body) answer) => _fixture.Failure(answer.Status, answer.Body);

    private static void AssertCalls(JsonArray calls)
    {
        Assert.Equal(["f", "g"], calls.Select(call => (string?)call!["function"]!["name"]));
        Assert.Equal(["{\"a\":1}", "{}"], calls.Select(call => (string?)call!["function"]!["arguments"]));
        Assert.All(calls, call => Assert.Equal("function", (string?)call!["type"]));
        Assert.Equal(2, calls.Select(call => (string?)call!["id"]).Where(id => !string.IsNullOrEmpty(id)).Distinct().Count());
    }

    // As clients do: the first piece with all pieces of the arguments.
    private static JsonNode Join(IEnumerable<JsonNode?> pieces)
    {
        var call = pieces.First()!.DeepClone();
        call["function"]!["arguments"] = string.Concat(pieces.Select(piece => (string?)piece!["function"]!["arguments"]));
        return call;
    }
}
