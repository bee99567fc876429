using CsCheck;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Dialects;
using ThotNet.ProviderSimulator.Embeddings;
using ThotNet.ProviderSimulator.Gemini;
using ThotNet.ProviderSimulator.Serving;

namespace ThotNet.ProviderSimulator.Tests.Serving;

/// <summary>Whatever bytes come, every operation refuses them in its provider's words or can write the answer.</summary>
public sealed class OrderRobustnessTests
{
    private const string Messages = """
        "messages":[{"role":"system","content":"a\u00e9"},{"role":"user","content":[{"type":"text","text":"b"}]},{"role":"assistant","content":null,
         "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"c","content":"1"}],
         "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"enum":["x"]}}}}}],"tool_choice":"auto",
         "max_completion_tokens":9,"stop":["a"],"temperature":0.5,"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"array"}}}
        """;

    private static readonly (string Provider, Operation Operation, string Body)[] Operations =
    [
        .. Chats(SimulatorOptions.OpenRouter, new OpenRouterDialect(), "openrouter/free", "openai/text-embedding-3-small"),
        .. Chats(SimulatorOptions.Groq, new GroqDialect(), "openai/gpt-oss-20b", "nomic-embed-text-v1.5"),
        .. Chats(SimulatorOptions.Gemini, new GeminiDialect(), "gemini-3.6-flash", "gemini-embedding-001"),
        (SimulatorOptions.Gemini, new CountTokensOperation(new NativeDialect("countTokens", false), "gemini-3.6-flash"), """
            {"generateContentRequest":{"model":"models/gemini-3.6-flash","contents":[{"role":"user","parts":[{"text":"a"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}]}}
            """),
        (SimulatorOptions.Gemini, new EmbedOperation(new NativeDialect("embedContent", false), "gemini-embedding-001", batch: false), """
            {"content":{"parts":[{"text":"a\u00e9"}]},"taskType":"RETRIEVAL_QUERY","outputDimensionality":8}
            """),
        (SimulatorOptions.Gemini, new EmbedOperation(new NativeDialect("batchEmbedContents", false), "gemini-embedding-001", batch: true), """
            {"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]},"outputDimensionality":8}]}
            """),
        (SimulatorOptions.Gemini, new GenerateOperation(new NativeDialect("streamGenerateContent", true), "gemini-3.6-flash", StreamForm.Array), """
            {"contents":[{"role":"user","parts":[{"text":"a\ud83d\ude00"}]}],"generationConfig":{"maxOutputTokens":9,"stopSequences":["x"]}}
            """),
    ];

    private static readonly Dictionary<string, Provider> Providers = new SimulatorOptions().Providers.ToDictionary(
        pair => pair.Key, pair => new Provider(pair.Key, new GroqDialect(), pair.Value));

    private static IEnumerable<(string, Operation, string)> Chats(string provider, ChatDialect dialect, string chat, string embeddings)
    {
        yield return (provider, new ChatOperation(dialect), $$"""{"model":"{{chat}}","stream":false,{{Messages}} }""");
        yield return (provider, new ChatOperation(dialect), $$"""{"model":"{{chat}}","stream":true,"stream_options":{"include_usage":true},{{Messages}} }""");
        yield return (provider, new EmbeddingsOperation(dialect), $$"""{"model":"{{embeddings}}","input":["a\u00e9","b"],"encoding_format":"base64","dimensions":8}""");
    }

    [Fact]
    public void Orders_ChangedAtWill_AreRefusedOrCanBeAnswered() =>
        Gen.Int[0, Operations.Length - 1].SelectMany(index => Changed.Bytes(Operations[index].Body).Select(body => (index, body))).MustHold(
            order =>
            {
                var (provider, operation, _) = Operations[order.index];
                var (_, job, refusal) = Order.Read(Providers[provider], operation, order.body, new Receipt(1, 1_700_000_000));
                Assert.NotEqual(job is null, refusal is null);
                if (refusal is not null)
                    Assert.InRange(refusal.Status, 400, 499);
                else if (job!.Stream)
                    Assert.NotEmpty(job.Events());
                else
                    Assert.NotEmpty(job.Whole());
            },
            iter: 4_000);

    [Fact]
    public void Orders_AsTheyAre_AreAnswered() => Assert.All(
        Operations,
        order => Assert.NotNull(
            Order.Read(Providers[order.Provider], order.Operation, System.Text.Encoding.UTF8.GetBytes(order.Body), new Receipt(1, 1_700_000_000)).Job));
}
