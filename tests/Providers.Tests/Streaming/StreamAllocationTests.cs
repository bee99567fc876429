using System.Buffers;
using System.Text;
using ThotNet.Providers.Gemini;
using ThotNet.Providers.OpenAi;
using ThotNet.Providers.Tests.OpenAi;

namespace ThotNet.Providers.Tests.Streaming;

/// <summary>A piece of text, by far the most frequent event, leaves nothing behind for the garbage collector.</summary>
public sealed class StreamAllocationTests
{
    [Fact]
    public void Stream_TextOfGemini_AllocatesNothing_Wire44() => Assert.Equal(
        0,
        AllocatedFor(
            new GeminiAdapter(AdapterFixture.Endpoint),
            """{"candidates":[{"content":{"parts":[{"text":"Gr\u00fc\u00dfe"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":5,"totalTokenCount":5},"responseId":"r"}"""));

    [Fact]
    public void Stream_TextOfOpenAis_AllocatesNothing_Wire13() => Assert.Equal(
        0,
        AllocatedFor(
            new OpenAiAdapter(AdapterFixture.Endpoint, OpenAiDialect.Generic),
            """{"id":"x","created":1700000000,"choices":[{"index":0,"delta":{"content":"Gr\u00fc\u00dfe"},"logprobs":null,"finish_reason":null}],"usage":null}"""));

    private static long AllocatedFor(IProviderAdapter adapter, string text)
    {
        var data = Encoding.UTF8.GetBytes(text);
        var output = new ArrayBufferWriter<byte>(10_000);
        var translator = adapter.CreateStreamTranslator(AdapterFixture.Request(AdapterFixture.With("\"stream\":true")), AdapterFixture.Target, AdapterFixture.Now);
        var kind = StreamEvent.None;
        var allocated = Allocations.Of(() =>
        {
            output.ResetWrittenCount();
            kind = translator.Translate([], data, output);
        });
        Assert.Equal(StreamEvent.Content, kind);
        return allocated;
    }
}
