using System.Text;
using System.Text.Json;
using CsCheck;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Tokens;
using ThotNet.Routing.Tokens;

namespace ThotNet.Providers.Tests.Tokens;

/// <summary>Prompts are counted by a tokenizer, at bounded cost whatever the text.</summary>
public sealed class TextCounterTests
{
    private static readonly PromptTokenizer Tokenizer = PromptTokenizer.Shared;

    [Theory]
    [InlineData("hello world", 2)]
    [InlineData("", 0)]
    [InlineData("The quick brown fox jumps over the lazy dog.", 10)]
    [InlineData("Привет, мир", 4)]
    [InlineData("2026-07-01", 6)]
    public void Read_Content_IsCountedAsTheVocabularyHasIt(string text, long tokens) =>
        Assert.Equal(new PromptSize(tokens, PromptBound.TokensPerMessage, 0, true), Chat(text));

    [Theory]
    [InlineData("a\\nb\\t\\\"c\\\\\\/\\b\\f\\r", "a\nb\t\"c\\/\b\f\r")]
    [InlineData("\\u0048\\u0065llo \\u043f\\u0440\\u0438\\u0432\\u0435\\u0442", "Hello привет")]
    [InlineData("\\ud83d\\ude00 x", "😀 x")]
    public void Read_EscapedContent_CountsWhatItMeans(string json, string text) =>
        Assert.Equal(Tokenizer.Count(text), Read($$"""{"model":"m","messages":[{"role":"user","content":"{{json}}"}]}""").Text);

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00\\ud800x")]
    [InlineData("x\\ud83d")]
    public void Read_HalfASurrogatePair_IsCounted(string json) =>
        Assert.InRange(Read($$"""{"model":"m","messages":[{"role":"user","content":"{{json}}"}]}""").Text, 1, 12);

    [Fact]
    public void Read_ToolsSchemasAndCalls_AreCountedAsTheyStand()
    {
        var plain = Chat("hi").Text;

        Assert.Equal(
            plain + Tokenizer.Count("""[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]"""),
            Read("""{"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]}""").Text);
        Assert.Equal(
            plain + Tokenizer.Count("""{"type":"json_schema","json_schema":{"name":"x","schema":{}}}"""),
            Read("""{"model":"m","messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{}}}}""").Text);
        Assert.Equal(
            plain + Tokenizer.Count("look_up") + Tokenizer.Count("""{"city":"Rome"}"""),
            Read("""
                {"model":"m","messages":[{"role":"user","content":"hi"},
                 {"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"look_up","arguments":"{\"city\":\"Rome\"}"}}]},
                 {"role":"tool","tool_call_id":"1","content":""}]}
                """).Text - Tokenizer.Count("1"));
    }

    [Fact]
    public void Read_Media_AreNotText() =>
        Assert.Equal(
            new PromptSize(0, PromptBound.TokensPerMessage, PromptBound.TokensPerImage, true),
            Read("""{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}"""));

    [Fact]
    public void Read_RepeatedMessages_LastOnesCount() =>
        Assert.Equal(Chat("hi"), Read("""{"model":"m","messages":[{"role":"user","content":"what came before"}],"messages":[{"role":"user","content":"hi"}]}"""));

    [Fact]
    public void Read_Embeddings_CountsTextsAndTakesIdsAsTheyAre()
    {
        Assert.Null(EmbeddingsRequestReader.Read("""{"model":"m","input":["hello world","hello"]}"""u8.ToArray(), out var texts, "", Tokenizer));
        Assert.Equal(new PromptSize(3, 0, 0, true), texts!.Prompt);

        Assert.Null(EmbeddingsRequestReader.Read("""{"model":"m","input":[[1,2],[3]]}"""u8.ToArray(), out var ids, "", Tokenizer));
        Assert.Equal(new PromptSize(0, 0, 3, true), ids!.Prompt);
    }

    [Theory]
    [InlineData("hello world")]
    [InlineData("a\\u00e9\\n")]
    public void CountPrompt_AfterReadingWithoutTokenizer_CountsAsReadingWithOne(string text)
    {
        var body = Encoding.UTF8.GetBytes($$"""
            {"model":"m","messages":[{"role":"user","content":"{{text}}"},{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"} }]}],
             "tools":[{"type":"function","function":{"name":"f","description":"{{text}}"} }]}
            """);
        Assert.Null(ChatRequestReader.Read(body, out var counted, "", Tokenizer));
        Assert.Null(ChatRequestReader.Read(body, out var request));
        var bySize = request!.Prompt;

        request.CountPrompt(null);
        Assert.Equal(bySize, request.Prompt);

        request.CountPrompt(Tokenizer);
        Assert.True(request.Prompt.IsCounted);
        Assert.NotEqual(bySize, request.Prompt);
        Assert.Equal(counted!.Prompt, request.Prompt);
    }

    [Theory]
    [InlineData("[\"hello world\",\"hello\"]")]
    [InlineData("[[1,2],[3]]")]
    public void CountPrompt_Embeddings_CountsAsReadingWithATokenizer(string input)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"model":"m","input":{{input}}}""");
        Assert.Null(EmbeddingsRequestReader.Read(body, out var counted, "", Tokenizer));
        Assert.Null(EmbeddingsRequestReader.Read(body, out var request));
        var bySize = request!.Prompt;

        request.CountPrompt(null);
        Assert.Equal(bySize, request.Prompt);

        request.CountPrompt(Tokenizer);
        Assert.Equal(counted!.Prompt, request.Prompt);
    }

    [Fact]
    public void Read_NoTokenizer_GoesBySize()
    {
        Assert.Null(ChatRequestReader.Read(Body(Quote(new string('x', 300))), out var request));
        Assert.Equal(new PromptSize(100, PromptBound.TokensPerMessage, 0, false), request!.Prompt);
    }

    [Fact]
    public void Read_LongText_IsTakenToBeAsDenseAsItsBeginning()
    {
        // Digits go three to a token; Latin text of this kind goes one word of 6 characters to a token, which is sparser than the rule by size.
        var words = string.Concat(Enumerable.Repeat(" hello", 100_000));
        var counted = TextCounter.MaxUnits / 6;
        var rest = ((words.Length - TextCounter.MaxUnits) / PromptBound.BytesPerToken) + 1;
        Assert.InRange(Chat(words).Text, counted + rest, counted + rest + (TextCounter.MaxUnits / TextCounter.PieceLength));

        var dense = string.Concat(Enumerable.Repeat("€#ж!", 50_000));
        var density = Chat(dense[..800]).Text / 800.0;
        Assert.InRange(Chat(dense).Text, dense.Length * density * 0.97, dense.Length * density * 1.03);
    }

    [Fact]
    public void Add_HostileText_IsWorkOfBoundedSize()
    {
        var counter = new TextCounter(Tokenizer);
        var size = default(TextSize);
        counter.AddJson(Encoding.UTF8.GetBytes(new string('a', 4_000_000)), ref size);
        counter.AddJson(Encoding.UTF8.GetBytes(new string('b', 4_000_000)), ref size);

        Assert.Equal(8_000_000 - TextCounter.MaxUnits, size.BytesLeft);

        counter = new TextCounter(Tokenizer);
        size = default;
        for (var index = 0; index < 100_000; index++)
            counter.AddJson("\u0001"u8, ref size);

        Assert.Equal((TextCounter.MaxTokens, 100_000 - TextCounter.MaxTokens), (size.Tokens, size.BytesLeft));
    }

    [Fact]
    public void Add_LongProse_AllocatesLittle()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog. ", 200)));
        long Count()
        {
            var size = default(TextSize);
            var counter = new TextCounter(Tokenizer);
            counter.AddJson(text, ref size);
            return size.Tokens;
        }

        Count();
        Assert.InRange(Allocations.Of(() => Count()), 0, 8_192);
    }

    [Fact]
    public void Read_AnyText_IsReadToTheEndInPiecesThatFit() => Gen.String[Gen.Char, 0, 300].Select(Gen.Int[2, 40]).MustHold((text, length) =>
    {
        // What JSON writes, escapes and all, must come out as what was put in; halves of pairs cannot be put in.
        var whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        var json = JsonSerializer.SerializeToUtf8Bytes(whole);
        var pieces = new TextPieces(json.AsSpan(1, json.Length - 2), isEscaped: true);
        var read = new StringBuilder();
        Span<char> buffer = stackalloc char[length];
        while (pieces.Read(buffer) is var count and > 0)
            read.Append(buffer[..count]);

        Assert.Equal(0, pieces.BytesLeft);
        Assert.Equal(whole, read.ToString());
    });

    private static PromptSize Chat(string text) => Read(Body(Quote(text)));

    private static PromptSize Read(string body) => Read(Encoding.UTF8.GetBytes(body));

    private static PromptSize Read(byte[] body)
    {
        Assert.Null(ChatRequestReader.Read(body, out var request, "", Tokenizer));
        return request!.Prompt;
    }

    private static byte[] Body(string content) => Encoding.UTF8.GetBytes($$"""{"model":"m","messages":[{"role":"user","content":{{content}}}]}""");

    // As it stands, without escapes.
    private static string Quote(string text) => $"\"{text}\"";
}
