using System.Text;
using System.Text.Json;

namespace ThotNet.ProviderSimulator.Chat;

/// <summary>
/// The simulator's tokenizer. Prompt: one token for each 4 bytes of UTF-8 of all text together, rounded up, and 4 for each message.
/// Text is: message contents and text parts, names and arguments of tool calls, and the <c>tools</c> as they were written. Other parts
/// (images, audio, files) count 85 tokens each. Answer: one token for each piece that <see cref="AnswerMaker"/> writes.
/// </summary>
internal struct Tokenizer()
{
    private const ulong FnvPrime = 1099511628211;

    private long _bytes;
    private long _messages;
    private long _otherParts;

    /// <summary>FNV-1a over all text seen so far.</summary>
    public ulong Hash { get; private set; } = 14695981039346656037;

    /// <summary>Tokens of everything seen so far.</summary>
    public readonly long Tokens => ((_bytes + 3) / 4) + (4 * _messages) + (85 * _otherParts);

    public static Tokenizer Of(JsonElement request)
    {
        var tokenizer = new Tokenizer();
        foreach (var message in request.GetProperty("messages").EnumerateArray())
            tokenizer.AddMessage(message);
        if (request.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array)
            tokenizer.AddText(tools.GetRawText());
        return tokenizer;
    }

    /// <summary>A message whose text is added by itself.</summary>
    public void AddMessage() => _messages++;

    /// <summary>A part that is no text.</summary>
    public void AddOther() => _otherParts++;

    public void AddText(string text)
    {
        _bytes += Encoding.UTF8.GetByteCount(text);
        foreach (var c in text)
            Hash = (Hash ^ c) * FnvPrime;
    }

    private void AddMessage(JsonElement message)
    {
        AddMessage();
        if (message.TryGetProperty("content", out var content))
            AddContent(content);
        if (!message.TryGetProperty("tool_calls", out var calls) || calls.ValueKind != JsonValueKind.Array)
            return;
        foreach (var function in calls.EnumerateArray().Select(call => ChatCallReader.Property(call, "function")))
        {
            AddString(ChatCallReader.Property(function, "name"));
            AddString(ChatCallReader.Property(function, "arguments"));
        }
    }

    private void AddContent(JsonElement content)
    {
        AddString(content);
        if (content.ValueKind != JsonValueKind.Array)
            return;
        foreach (var part in content.EnumerateArray())
        {
            if (part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
                AddText(text.GetString()!);
            else
                AddOther();
        }
    }

    private void AddString(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            AddText(value.GetString()!);
    }
}
