using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;
using ThotNet.Providers.Gemini;
using ThotNet.Providers.OpenAi;
using ThotNet.Providers.Replay;
using ThotNet.Providers.Tests.OpenAi;

namespace ThotNet.Providers.Tests.Replay;

/// <summary>Whatever a provider says, its stream and its complete answer lead to one another.</summary>
public sealed partial class ReplayPropertyTests
{
    private const string Chunk = """
        {"id":"x\u0041","created":1700000000.5,"choices":[{"index":0,"delta":{"role":"assistant","content":"a\ud83d\ude00","reasoning_details":[{"a":[1],"usage":null}],
         "tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":{"a":1}}}]},"logprobs":{"content":[],"choices":[],"usage":null},"finish_reason":"stop"}],
         "x_groq":{"usage":{"prompt_tokens":1,"completion_tokens":2}},"usage":{"prompt_tokens":1.5,"completion_tokens_details":{"reasoning_tokens":2}}}
        """;

    private const string Text = """
        {"id":"y","choices":[{"index":1,"delta":{"content":"b"}},{"index":0,"delta":{"tool_calls":[{"id":"d","function":{"name":"g","arguments":"{}"}},{"function":{"arguments":""}}]}}],"usage":null}
        """;

    // The largest piece, and a pair of escapes that begins in its last byte.
    private const int LongestPiece = 64 + 11;

    private static readonly OpenAiDialect[] Dialects = [OpenAiDialect.Generic, OpenAiDialect.OpenRouter, OpenAiDialect.Groq];

    private static readonly Gen<(SampleChoice[] Choices, bool Escapes, OpenAiDialect Dialect)> Samples =
        Gen.Select(SampleChoice.Choices, Gen.Bool, Gen.OneOf(Dialects));

    private static string Stream(AdapterFixture fixture, List<string> events, int choices, bool includeUsage)
    {
        var usage = includeUsage ? "true" : "false";
        var request = AdapterFixture.With($$"""
            "stream":true,"n":{{choices}},"stream_options":{"include_usage":{{usage}}}
            """);
        var run = fixture.Stream(request, [.. events]);
        Assert.True(run.Translator.Finished);
        return run.Text + run.Ending;
    }

    private static JsonObject Parse(string? json) => JsonNode.Parse(json!)!.AsObject();

    /// <summary>The events of a translator's stream become the answer that it makes of the complete answer, and lose usage as it leaves it out.</summary>
    private static void AssertFitting(AdapterFixture fixture, string whole, List<string> events, int choices)
    {
        var recorded = Stream(fixture, events, choices, includeUsage: true);
        Assert.Equal(Stream(fixture, events, choices, includeUsage: false), Bytes.WithoutUsage(recorded));
        var answer = fixture.Answer(whole).Answer;
        Bytes.AssertSame(answer, Parse(Bytes.Assemble(recorded)));
    }

    [Fact]
    public void Streams_OfOpenAis_BecomeTheAnswerAndLoseUsage_Wire13() => Samples.MustHold(
        sample =>
        {
            var provider = new OpenAiSample(sample.Choices, sample.Escapes);
            AssertFitting(new AdapterFixture(sample.Dialect), provider.Whole, provider.Events, sample.Choices.Length);
        },
        iter: 500);

    [Fact]
    public void Streams_OfGemini_BecomeTheAnswerAndLoseUsage_Wire44() => Samples.MustHold(
        sample =>
        {
            var provider = new GeminiSample(sample.Choices, sample.Escapes);
            var fixture = new AdapterFixture(new GeminiAdapter(AdapterFixture.Endpoint));
            AssertFitting(fixture, provider.Whole, provider.Events, sample.Choices.Length);
        },
        iter: 500);

    [Fact]
    public void Answers_Split_KeepTheRulesAndBecomeTheAnswerAgain_Wire13() => Samples.MustHold(
        sample =>
        {
            var answer = new AdapterFixture(sample.Dialect).Answer(new OpenAiSample(sample.Choices, sample.Escapes).Whole).Answer;
            answer["system_fingerprint"] = "fp";
            var json = Bytes.Of(answer.ToJsonString());
            Assert.True(AnswerFacts.TryRead(json, out var facts));
            Assert.Equal(sample.Choices.Length, facts.Choices);
            var with = string.Concat(Bytes.Split(json, includeUsage: true)!);
            var without = string.Concat(Bytes.Split(json)!);
            StreamRules.AssertKept(with, isFinished: true);
            AssertPieces(without);
            Assert.Equal(without, Bytes.WithoutUsage(with));
            Bytes.AssertSame(answer, Parse(Bytes.Assemble(with)));
            answer.Remove("usage");
            Bytes.AssertSame(answer, Parse(Bytes.Assemble(without)));
        },
        iter: 500);

    // Ids and signs made up for want of the provider's differ from run to run.
    [GeneratedRegex("chatcmpl-[0-9a-f]{32}")]
    private static partial Regex OwnId { get; }

    [Fact]
    public void Streams_OfChangedEvents_LoseUsage_Wire13() => Changed.Bytes(Chunk, Text, "[DONE]").Array[1, 4].MustHold(
        events =>
        {
            foreach (var dialect in Dialects)
            {
                var recorded = Translate(dialect, events, includeUsage: true);
                Assert.Equal(OwnId.Replace(Translate(dialect, events, includeUsage: false), ""), OwnId.Replace(Bytes.WithoutUsage(recorded), ""));
                if (Bytes.Assemble(recorded) is { } answer)
                    Assert.NotNull(Parse(answer)["choices"]);
            }
        },
        iter: 1_500);

    private static string Translate(OpenAiDialect dialect, byte[][] events, bool includeUsage)
    {
        var request = AdapterFixture.With($"\"stream\":true,\"stream_options\":{{\"include_usage\":{(includeUsage ? "true" : "false")}}}");
        var translator = new AdapterFixture(dialect).Adapter.CreateStreamTranslator(
            AdapterFixture.Request(request), AdapterFixture.Target, AdapterFixture.Now);
        var output = new ArrayBufferWriter<byte>();
        foreach (var data in events)
            translator.Translate([], data, output);
        translator.Complete(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    // The text of a piece that had half a character could not be read.
    private static void AssertPieces(string stream)
    {
        var choices = stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[..^1].Select(line => Parse(line[6..])["choices"]![0]!);
        foreach (var text in choices.SelectMany(choice => new[] { choice["delta"]!["content"], choice["delta"]!["reasoning"] }).Where(text => text is not null))
        {
            Assert.InRange(((string)text!).Length, 0, LongestPiece);
            Assert.DoesNotContain('\uFFFD', (string)text!);
        }
    }

    [Fact]
    public void Answers_ChangedAtWill_AreRefusedOrKeepTheRules() => Changed.Bytes(Sample.Answer).MustHold(
        bytes =>
        {
            var valid = AnswerFacts.TryRead(bytes, out _);
            var events = Bytes.Split(bytes, includeUsage: true);
            Assert.Equal(valid, events is not null);
            if (events is not null)
                StreamRules.AssertKept(string.Concat(events), isFinished: true);
        },
        iter: 3_000);

    [Fact]
    public void Streams_ChangedAtWill_AreRefusedOrBecomeJson() => Changed.Bytes(Sample.Stream).MustHold(
        bytes =>
        {
            if (Bytes.Assemble(bytes) is { } answer)
                Assert.NotNull(Parse(answer)["choices"]);
            StreamUsage.Remove(bytes, new ArrayBufferWriter<byte>());
        },
        iter: 3_000);

    [Fact]
    public void Answers_CutAnywhere_AreRefused()
    {
        var answer = Bytes.Of(Sample.Answer);
        Assert.True(AnswerFacts.TryRead(answer, out _));
        for (var length = 0; length < answer.Length; length++)
        {
            Assert.False(AnswerFacts.TryRead(answer.AsSpan(0, length), out _));
            Assert.Null(Bytes.Split(answer[..length]));
        }
    }

    [Fact]
    public void Streams_CutAnywhere_AreRefused_Wire13()
    {
        var stream = Bytes.Of(Sample.Stream);
        Assert.NotNull(Bytes.Assemble(stream));
        for (var length = 0; length < stream.Length; length++)
            Assert.Null(Bytes.Assemble(stream.AsSpan(0, length)));
    }

    private static class Sample
    {
        public static readonly string Answer = new AdapterFixture(OpenAiDialect.Generic).Answer(Choices(out _)).Answer.ToJsonString();

        public static readonly string Stream = Encoding.UTF8.GetString(StreamBytes());

        private static string Choices(out OpenAiSample sample)
        {
            sample = new OpenAiSample(
                [
                    new SampleChoice(["think\n"], ["Grüße \"x\" 😀", "b"], [], [["{\"a\":", "1}"], []], 1, true, "tool_calls"),
                    new SampleChoice([], [], ["no"], [], 0, false, "stop"),
                ],
                escapes: true);
            return sample.Whole;
        }

        private static byte[] StreamBytes()
        {
            Choices(out var sample);
            return Bytes.Of(ReplayPropertyTests.Stream(new AdapterFixture(OpenAiDialect.Generic), sample.Events, 2, includeUsage: true));
        }
    }
}
