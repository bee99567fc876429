using System.Buffers;
using System.Text;
using CsCheck;
using ThotNet.Providers.Gemini;
using ThotNet.Providers.OpenAi;
using ThotNet.Providers.Streaming;
using ThotNet.Providers.Tests.OpenAi;

namespace ThotNet.Providers.Tests.Streaming;

/// <summary>However a provider's bytes are cut into reads, and whatever ends its lines, callers get the same (wire.md 1.3, 4.4).</summary>
public sealed class StreamCutTests
{
    private static readonly string[] Gemini =
    [
        """{"candidates":[{"content":{"parts":[{"text":"hm ü","thought":true}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":5,"totalTokenCount":5},"responseId":"r1"}""",
        """{"candidates":[{"content":{"parts":[{"text":"Grüße 😀 \u00e9\n"}],"role":"model"},"index":0}],"usageMetadata":{"trafficType":"X"},"responseId":"r1"}""",
        """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"ä":[1,2]}},"thoughtSignature":"c2ln"}],"role":"model"},"index":0}],"responseId":"r1"}""",
        """{"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":7,"totalTokenCount":12},"responseId":"r1"}""",
    ];

    private static readonly string[] OpenAi =
    [
        """{"id":"x","created":1700000000,"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""",
        """{"id":"x","created":1700000000,"choices":[{"index":0,"delta":{"reasoning":"hm ü"},"finish_reason":null}]}""",
        """{"id":"x","created":1700000000,"choices":[{"index":0,"delta":{"content":"Grüße 😀 \u00e9\n"},"finish_reason":null}]}""",
        """{"id":"x","created":1700000000,"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{\"ä\":1}"}}]},"finish_reason":null}]}""",
        """{"id":"x","created":1700000000,"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"x_groq":{"usage":{"prompt_tokens":5,"completion_tokens":7}}}""",
        """{"id":"x","created":1700000000,"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}""",
        "[DONE]",
    ];

    private static readonly (IProviderAdapter Adapter, string[] Events)[] Formats =
    [
        (new GeminiAdapter(AdapterFixture.Endpoint), Gemini),
        (new OpenAiAdapter(AdapterFixture.Endpoint, OpenAiDialect.Generic), OpenAi),
        (new OpenAiAdapter(AdapterFixture.Endpoint, OpenAiDialect.OpenRouter), OpenAi),
        (new OpenAiAdapter(AdapterFixture.Endpoint, OpenAiDialect.Groq), OpenAi),
    ];

    private static readonly Gen<int[]> Cuts = Gen.Int[1, 9].Array[1, 20];

    private static readonly Gen<string> LineEnd = Gen.Int[0, 2].Select(kind => kind switch { 0 => "\n", 1 => "\r\n", _ => "\r" });

    // The text and whether the stream was complete.
    private static (string Text, bool Complete) Translate(IProviderAdapter adapter, byte[] bytes, int[] cuts)
    {
        using var reader = new SseReader(new CutStream(bytes, cuts));
        var request = AdapterFixture.Request(AdapterFixture.With("\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        var translator = adapter.CreateStreamTranslator(request, AdapterFixture.Target, AdapterFixture.Now);
        var output = new ArrayBufferWriter<byte>();
        var done = false;
        while (!done && reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult() is var kind && kind != SseKind.End)
        {
            if (kind == SseKind.Event)
                done = translator.Translate(reader.EventType.Span, reader.Data.Span, output) == StreamEvent.Done;
        }

        translator.Complete(output);
        return (Encoding.UTF8.GetString(output.WrittenSpan), done || translator.Finished);
    }

    private static byte[] Bytes(IEnumerable<string> events, string end, string between = "") =>
        Encoding.UTF8.GetBytes(string.Concat(events.Select(data => $"{between}data: {data}{end}{end}")));

    // Line ends within an event's JSON make it an event of several lines.
    private static string[] Indent(string[] events, string end) =>
        [.. events.Select(data => data.Replace(",\"", $",{end}data: \"", StringComparison.Ordinal))];

    [Fact]
    public void Stream_AnyCutsAndLineEnds_GiveTheSameChunks_Wire44() =>
        Gen.Select(Gen.Int[0, Formats.Length - 1], LineEnd, Cuts).MustHold(
            (format, end, cuts) =>
            {
                var (adapter, events) = Formats[format];
                var whole = Translate(adapter, Bytes(events, "\r\n"), [int.MaxValue]);
                Assert.True(whole.Complete);
                Assert.Equal(whole, Translate(adapter, Bytes(events, end), cuts));
            },
            iter: 1_000);

    [Fact]
    public void Stream_AnyCutsWithCommentsAndManyLines_GiveTheSameText_Wire22() =>
        Gen.Select(Gen.Int[0, Formats.Length - 1], LineEnd, Cuts).MustHold(
            (format, end, cuts) =>
            {
                var (adapter, events) = Formats[format];
                var lines = Indent(events, end);
                var whole = Translate(adapter, Bytes(lines, end), [int.MaxValue]);
                var cut = Translate(adapter, Bytes(lines, end, $": ping{end}{end}event: message{end}id: 7{end}"), cuts);
                Assert.True(whole.Complete);
                Assert.Contains("Grüße 😀", whole.Text, StringComparison.Ordinal);
                Assert.Equal(whole, cut);
            },
            iter: 1_000);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Stream_OneByteAtATime_LosesNothing_Wire44(string end)
    {
        foreach (var (adapter, events) in Formats)
        {
            var bytes = Bytes(events, end);

            Assert.Equal(Translate(adapter, bytes, [int.MaxValue]), Translate(adapter, bytes, [1]));
        }
    }

    [Fact]
    public void Stream_CutShort_IsNeverComplete_Wire44()
    {
        foreach (var (adapter, events) in Formats)
        {
            var bytes = Bytes(events[..^(adapter is GeminiAdapter ? 1 : 3)], "\r\n");
            for (var length = 0; length <= bytes.Length; length += 7)
                Assert.False(Translate(adapter, bytes[..length], [int.MaxValue]).Complete);
        }
    }
}
