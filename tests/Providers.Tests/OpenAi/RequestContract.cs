using System.Text.Json.Nodes;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Tests.OpenAi;

/// <summary>What holds for every dialect: requests to the provider.</summary>
/// <param name="dialect">The dialect.</param>
/// <param name="outputCap">Its name of the limit of output tokens.</param>
/// <param name="developer">Its name of the role <c>developer</c>.</param>
public abstract class RequestContract(OpenAiDialect dialect, string outputCap, string developer)
{
    private readonly AdapterFixture _fixture = new(dialect);

    [Fact]
    public async Task CreateRequest_Address_KeyAndLengthAreRight()
    {
        using var message = _fixture.Adapter.CreateRequest(AdapterFixture.Request(AdapterFixture.With("\"stream\":true")), AdapterFixture.Target);

        Assert.Equal(HttpMethod.Post, message.Method);
        Assert.Equal("http://127.0.0.1:9/v1/chat/completions", message.RequestUri!.AbsoluteUri);
        Assert.Equal($"Bearer {AdapterFixture.Key}", message.Headers.Authorization!.ToString());
        Assert.Equal("application/json", message.Content!.Headers.ContentType!.ToString());
        var body = await message.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(body.Length, message.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task CreateRequest_Model_IsTheProvidersOwn()
    {
        var sent = await _fixture.Send(AdapterFixture.With("\"temperature\":0.25,\"seed\":12345678901"));

        Assert.Equal("org/model-1", (string?)sent["model"]);
        Assert.Equal(0.25, (double)sent["temperature"]!);
        Assert.Equal(12345678901, (long)sent["seed"]!);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($"[{AdapterFixture.Hello}]"), sent["messages"]));
    }

    [Theory]
    [InlineData("\"user\":\"x\"", 777)]
    [InlineData("\"max_tokens\":5", 5)]
    [InlineData("\"max_completion_tokens\":6", 6)]
    [InlineData("\"max_tokens\":5,\"max_completion_tokens\":6", 6)]
    [InlineData("\"max_completion_tokens\":6,\"max_tokens\":null", 6)]
    [InlineData("\"n\":2", 777)]
    [InlineData("\"n\":2,\"max_tokens\":5", 5)]
    [InlineData("\"stream\":true,\"stream_options\":{\"include_usage\":false}", 777)]
    [InlineData("\"reasoning_effort\":\"high\"", 777)]
    [InlineData("\"reasoning_effort\":\"low\",\"max_completion_tokens\":6", 6)]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"required\"", 777)]
    [InlineData("\"functions\":[{\"name\":\"f\"}]", 777)]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}", 777)]
    public async Task CreateRequest_OutputCap_IsSentOnce_Wire11(string fields, int expected)
    {
        var sent = await _fixture.Send(AdapterFixture.With(fields));

        var caps = sent.Where(field => field.Key is "max_tokens" or "max_completion_tokens").ToList();
        Assert.Equal(expected, (int)Assert.Single(caps).Value!);
        Assert.Equal(outputCap, caps[0].Key);
    }

    [Fact]
    public async Task CreateRequest_Developer_HasARoleThatTheProviderKnows_Wire11()
    {
        var sent = await _fixture.Send(AdapterFixture.WithMessages("""{"content":"x","role":"developer"}"""));

        Assert.Equal(developer, (string?)sent["messages"]![0]!["role"]);
    }

    [Fact]
    public async Task CreateRequest_RepeatedAndNullFields_AreSentAsUnderstood()
    {
        var sent = await _fixture.Send(
            """{"model":"a","temperature":1,"stop":"x","messages":[{"role":"user","content":"old"}],"messages":[{"role":"user","content":"new"}],"temperature":0.5,"stop":null}""");

        Assert.Equal(0.5, (double)sent["temperature"]!);
        Assert.False(sent.ContainsKey("stop"));
        Assert.Equal("new", (string?)sent["messages"]![0]!["content"]);
    }

    [Theory]
    [InlineData("\"n\":2", "n")]
    [InlineData("\"logit_bias\":{\"1\":2}", "logit_bias")]
    [InlineData("\"logprobs\":true,\"top_logprobs\":3", "logprobs", "top_logprobs")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"parallel_tool_calls\":false", "parallel_tool_calls")]
    [InlineData("\"temperature\":1,\"top_p\":1,\"stop\":\"a\",\"seed\":1", "temperature", "top_p", "stop", "seed")]
    [InlineData("\"frequency_penalty\":0,\"presence_penalty\":0", "frequency_penalty", "presence_penalty")]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}", "response_format")]
    public async Task CreateRequest_WhatTheAnswerDependsOn_IsSent_Wire11(string fields, params string[] names)
    {
        var sent = await _fixture.Send(AdapterFixture.With(fields));

        Assert.All(names, name => Assert.True(sent.ContainsKey(name)));
    }

    [Theory]
    [InlineData("\"n\":1", "n")]
    [InlineData("\"logit_bias\":{}", "logit_bias")]
    [InlineData("\"logprobs\":false", "logprobs")]
    public async Task CreateRequest_WhatAsksForNothing_IsLeftOut_Wire34(string fields, string name) =>
        Assert.False((await _fixture.Send(AdapterFixture.With(fields))).ContainsKey(name));

    [Theory]
    [InlineData("\"models\":[\"a\",\"b\"]")]
    [InlineData("\"route\":\"fallback\"")]
    [InlineData("\"m\\u006fdels\":[\"a\"]")]
    public async Task CreateRequest_OrderOfModels_StaysHere_Wire21(string fields)
    {
        var sent = await _fixture.Send(AdapterFixture.With(fields));

        Assert.False(sent.ContainsKey("models"));
        Assert.False(sent.ContainsKey("route"));
    }

    [Fact]
    public async Task CreateRequest_Functions_BecomeTools_Wire11()
    {
        var sent = await _fixture.Send(AdapterFixture.With(
            "\"functions\":[{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}},{\"name\":\"g\"}],\"function_call\":{\"name\":\"g\"}"));

        Assert.Equal(2, sent["tools"]!.AsArray().Count);
        Assert.Equal("function", (string?)sent["tools"]![0]!["type"]);
        Assert.Equal("object", (string?)sent["tools"]![0]!["function"]!["parameters"]!["type"]);
        Assert.Equal("g", (string?)sent["tool_choice"]!["function"]!["name"]);
        Assert.False(sent.ContainsKey("functions"));
        Assert.False(sent.ContainsKey("function_call"));
    }

    [Fact]
    public async Task CreateRequest_FunctionMessages_BecomeToolMessages_Wire11()
    {
        var sent = await _fixture.Send(AdapterFixture.WithMessages(
            AdapterFixture.Hello + """
            ,{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"42"}
            """));

        var call = sent["messages"]![1]!["tool_calls"]![0]!;
        Assert.Equal("f", (string?)call["function"]!["name"]);
        Assert.Equal("tool", (string?)sent["messages"]![2]!["role"]);
        Assert.Equal((string?)call["id"], (string?)sent["messages"]![2]!["tool_call_id"]);
        Assert.Equal("42", (string?)sent["messages"]![2]!["content"]);
    }

    [Fact]
    public async Task CreateRequest_ToolSettingsWithoutTools_AreLeftOut()
    {
        var sent = await _fixture.Send(AdapterFixture.With("\"tools\":[],\"tool_choice\":\"auto\",\"parallel_tool_calls\":true"));

        Assert.False(sent.ContainsKey("tools"));
        Assert.False(sent.ContainsKey("tool_choice"));
        Assert.False(sent.ContainsKey("parallel_tool_calls"));
    }

    [Fact]
    public async Task CreateRequest_Tools_AreSentAsTheyStand_Wire11()
    {
        const string Tools = """[{"type":"function","function":{"name":"f","description":"ü \u00fc","parameters":{"type":"object"},"strict":true}}]""";

        var sent = await _fixture.Send(AdapterFixture.With($"\"tools\":{Tools},\"tool_choice\":\"required\""));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Tools), sent["tools"]));
        Assert.Equal("required", (string?)sent["tool_choice"]);
    }

    [Fact]
    public async Task CreateRequest_DisposedWhileSending_KeepsItsBytes()
    {
        var message = _fixture.Adapter.CreateRequest(AdapterFixture.Request(AdapterFixture.With("\"stream\":true")), AdapterFixture.Target);
        var stream = new HeldStream();
        var sending = message.Content!.CopyToAsync(stream, TestContext.Current.CancellationToken);
        var before = stream.Sent.ToArray();

        message.Dispose();
        using var other = _fixture.Adapter.CreateRequest(AdapterFixture.Request(AdapterFixture.With("\"stream\":false")), AdapterFixture.Target);

        Assert.Equal(before, stream.Sent.ToArray());
        stream.Release.SetResult();
        await sending;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => message.Content.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
    }

    private sealed class HeldStream : MemoryStream
    {
        public TaskCompletionSource Release { get; } = new();

        public ReadOnlyMemory<byte> Sent { get; private set; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Sent = buffer;
            await Release.Task.WaitAsync(cancellationToken);
        }
    }
}

public sealed class GenericRequestTests() : RequestContract(OpenAiDialect.Generic, "max_tokens", "system");

public sealed class OpenRouterRequestTests() : RequestContract(OpenAiDialect.OpenRouter, "max_tokens", "developer");

public sealed class GroqRequestTests() : RequestContract(OpenAiDialect.Groq, "max_completion_tokens", "system");
