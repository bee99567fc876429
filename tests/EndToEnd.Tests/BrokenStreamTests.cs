using System.Text.Json;

namespace ThotNet.EndToEnd.Tests;

/// <summary>Streams that break after content: what callers of each provider see (wire.md 1.3).</summary>
public sealed class BrokenStreamTests
{
    private static readonly string[] Endings =
    [
        """{"ending":"Error","afterChunks":5}""", """{"ending":"CleanEnd","afterChunks":5}""", """{"ending":"Reset","afterChunks":5}""",
    ];

    [Fact]
    public async Task Stream_BreaksAfterContent_EndsWithAnErrorChunkAndABrokenBody()
    {
        await using var thotnet = new StandaloneFixture();
        await thotnet.InitializeAsync();
        foreach (var (provider, ending) in ClientModel.Providers.SelectMany(_ => Endings, (provider, ending) => (provider, ending)))
        {
            thotnet.Simulator.SetFaults(ending);
            using var response = await thotnet.PostChatAsync(
                $$"""{"model":"{{ClientModel.Of(provider).Chat}}","stream":true,"messages":[{"role":"user","content":"Talk. [[tokens=20]]"}]}""");
            var log = await SseLog.ReadAsync(response);

            Assert.True(log.Broken && !log.HasDone, $"{provider} {ending}");
            Assert.Empty(log.Other);
            var chunks = log.Data.Select(line => JsonDocument.Parse(line).RootElement).ToList();
            Assert.Contains("\"content\":\"", string.Concat(log.Data), StringComparison.Ordinal);
            Assert.All(chunks.SkipLast(1), chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("choices")[0].GetProperty("finish_reason").ValueKind));
            Assert.False(chunks[^1].TryGetProperty("choices", out _));
            Assert.Equal(["message", "type", "param", "code"], chunks[^1].GetProperty("error").EnumerateObject().Select(field => field.Name));
        }
    }
}
