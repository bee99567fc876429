using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ThotNet.Load.Replay;

/// <summary>
/// Writes chat completion requests whose prompt has a given number of tokens by the simulator's rule: one token for each 4 bytes of text, begun
/// ones counted, and 4 for each message. The mark <c>[[tokens=N]]</c> asks the simulator for an answer of N tokens; real providers ignore it.
/// </summary>
/// <param name="model">The model asked for.</param>
/// <param name="thinkingTokens">How many more tokens than those of the answer may be generated, for models that think first.</param>
public sealed class ChatBody(string model, int thinkingTokens = 0)
{
    private const int TokensPerMessage = 4;
    private const int BytesPerToken = 4;

    private static readonly byte[] Filler = "the quick brown fox jumps over the lazy dog and "u8.ToArray();

    /// <summary>
    /// The body of one request. The number makes it unlike all others; a prompt too short for number and mark is made just long enough.
    /// </summary>
    public ReadOnlyMemory<byte> Write(int number, int contextTokens, int generatedTokens, bool stream)
    {
        var answerTokens = Math.Max(1, generatedTokens);
        var body = new ArrayBufferWriter<byte>((contextTokens * BytesPerToken) + 256);
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("model"u8, model);
        writer.WriteStartArray("messages"u8);
        writer.WriteStartObject();
        writer.WriteString("role"u8, "user"u8);
        writer.WriteString("content"u8, Prompt(number, contextTokens, answerTokens));
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteNumber("max_completion_tokens"u8, answerTokens + thinkingTokens);
        writer.WriteBoolean("stream"u8, stream);
        if (stream) AskForUsage(writer);
        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenMemory;
    }

    private static void AskForUsage(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("stream_options"u8);
        writer.WriteBoolean("include_usage"u8, true);
        writer.WriteEndObject();
    }

    private static byte[] Prompt(int number, int contextTokens, int answerTokens)
    {
        var start = Encoding.ASCII.GetBytes($"[[tokens={answerTokens}]] {number} ");
        var prompt = new byte[Math.Max(start.Length, (contextTokens - TokensPerMessage) * BytesPerToken)];
        start.CopyTo(prompt, 0);
        for (var i = start.Length; i < prompt.Length; i++) prompt[i] = Filler[i % Filler.Length];
        return prompt;
    }
}
