using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using ThotNet.Providers.Chat;
using ThotNet.Providers.OpenAi;
using ThotNet.Routing;

namespace ThotNet.Providers.Tests.OpenAi;

/// <summary>Runs samples through an adapter.</summary>
public sealed class AdapterFixture(IProviderAdapter adapter)
{
    public const string Key = "sk-or-secret-key-123456";

    public const string Hello = """{"role":"user","content":"hi"}""";

    public static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static readonly TargetDefinition Target = new("acme", "org/model-1", ImmutableArray<string>.Empty, 1, "q", Capabilities.None, 777);

    public AdapterFixture(OpenAiDialect dialect)
        : this(new OpenAiAdapter(Endpoint, dialect))
    {
    }

    public static ProviderEndpoint Endpoint { get; } = new("acme", new Uri("http://127.0.0.1:9/v1/"), Key);

    public IProviderAdapter Adapter => adapter;

    private static readonly ChatRequest Asked = Request(WithMessages(Hello));

    public static ChatRequest Request(string body)
    {
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));
        return request!;
    }

    public static string With(string fields) => $$"""{"model":"auto","messages":[{{Hello}}],{{fields}}}""";

    public static string WithMessages(string messages) => $$"""{"model":"auto","messages":[{{messages}}]}""";

    /// <summary>The body that goes to the provider.</summary>
    public async Task<JsonObject> Send(string body)
    {
        using var message = Adapter.CreateRequest(Request(body), Target);
        var text = await message.Content!.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return JsonNode.Parse(text)!.AsObject();
    }

    public (JsonObject Answer, TokenUsage? Usage) Answer(string body)
    {
        var output = new ArrayBufferWriter<byte>();
        var (usage, failure) = Adapter.TranslateAnswer(Encoding.UTF8.GetBytes(body), Asked, Target, Now, output);
        Assert.Null(failure);
        return (JsonNode.Parse(output.WrittenSpan)!.AsObject(), usage);
    }

    public ProviderFailure AnswerFails(string body) => AnswerFails(Encoding.UTF8.GetBytes(body));

    public ProviderFailure AnswerFails(byte[] body)
    {
        var (_, failure) = Adapter.TranslateAnswer(body, Asked, Target, Now, new ArrayBufferWriter<byte>());
        Assert.NotNull(failure);
        return failure;
    }

    public StreamRun Stream(string request, params string[] events) => new(this, request, events);

    public ProviderFailure Failure(int status, string body, params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return Adapter.ReadFailure(status, response.Headers, Encoding.UTF8.GetBytes(body), Now);
    }
}

/// <summary>One stream, translated to its end.</summary>
public sealed class StreamRun
{
    public StreamRun(AdapterFixture fixture, string request, IEnumerable<string> events)
    {
        Translator = fixture.Adapter.CreateStreamTranslator(AdapterFixture.Request(request), AdapterFixture.Target, AdapterFixture.Now);
        var output = new ArrayBufferWriter<byte>();
        foreach (var data in events)
        {
            var (type, text) = data.StartsWith("error|", StringComparison.Ordinal) ? ("error", data[6..]) : ("", data);
            var before = output.WrittenCount;
            var kind = Translator.Translate(Encoding.UTF8.GetBytes(type), Encoding.UTF8.GetBytes(text), output);
            Kinds.Add(kind);
            if (kind is StreamEvent.Failed or StreamEvent.Malformed or StreamEvent.Done)
                Assert.Equal(before, output.WrittenCount);
        }

        Text = Encoding.UTF8.GetString(output.WrittenSpan);
        output.Clear();
        Translator.Complete(output);
        Ending = Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public IStreamTranslator Translator { get; }

    /// <summary>What each event meant.</summary>
    public List<StreamEvent> Kinds { get; } = [];

    /// <summary>What was written for the events.</summary>
    public string Text { get; }

    /// <summary>What was written at the end.</summary>
    public string Ending { get; }

    public List<JsonObject> Chunks => Parse(Text);

    public List<JsonObject> EndingChunks => Parse(Ending[..Ending.LastIndexOf("data: [DONE]", StringComparison.Ordinal)]);

    public IEnumerable<JsonNode> Choices => Chunks.Concat(EndingChunks).SelectMany(chunk => chunk["choices"]!.AsArray()).Select(choice => choice!);

    public IEnumerable<JsonNode> Deltas => Choices.Select(choice => choice["delta"]!);

    public string Content => string.Concat(Deltas.Select(delta => (string?)delta["content"]));

    public string? FinishReason => (string?)Choices.Select(choice => choice["finish_reason"]).Single(reason => reason is not null);

    private static List<JsonObject> Parse(string text)
    {
        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(events, line => Assert.StartsWith("data: {", line, StringComparison.Ordinal));
        Assert.All(events, line => Assert.DoesNotContain('\n', line));
        Assert.DoesNotContain('\r', text);
        Assert.True(text.Length == 0 || text.EndsWith("\n\n", StringComparison.Ordinal));
        return [.. events.Select(line => JsonNode.Parse(line[6..])!.AsObject())];
    }
}
