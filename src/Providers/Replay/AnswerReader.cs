using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using ThotNet.Providers.Json;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Replay;

/// <summary>
/// Goes through a complete answer as callers get it (wire.md 1.2). It may have lain in a store, so whatever is not in exactly that form is refused.
/// </summary>
internal ref struct AnswerReader
{
    /// <summary>The answer's parts.</summary>
    public readonly AnswerFields Fields;
    private Utf8JsonReader _choices;
    private int _lastIndex = -1;

    /// <summary>Begins at the first choice.</summary>
    /// <exception cref="JsonException">It is no answer.</exception>
    /// <exception cref="InvalidOperationException">A name in it is not valid Unicode.</exception>
    public AnswerReader(ReadOnlySpan<byte> answer)
    {
        Require(Utf8.IsValid(answer) && !answer.ContainsAny((byte)'\r', (byte)'\n'));
        Fields = AnswerFields.Read(answer);
        Require(HasHead(Fields) && !Fields.HasError && JsonBytes.HasItems(Fields.Choices));
        _choices = Start(Fields.Choices);
    }

    /// <summary>Reads the next choice. Their numbers rise.</summary>
    /// <returns>False after the last one.</returns>
    /// <exception cref="JsonException">It is no choice of an answer.</exception>
    public bool Read(out ChoiceFields choice, out MessageFields message)
    {
        choice = default;
        message = default;
        _choices.Read();
        if (_choices.TokenType == JsonTokenType.EndArray)
            return false;
        Require(_choices.TokenType == JsonTokenType.StartObject);
        choice = ChoiceFields.Read(ref _choices, Fields.Choices, "message"u8);
        Require(choice.Index > _lastIndex && !choice.HasError && IsLegal(choice.FinishReason) && JsonBytes.IsObject(choice.Body));
        _lastIndex = choice.Index;
        message = MessageFields.Read(choice.Body);
        Require(IsTextOrNull(message.Content) && IsTextOrNull(message.Refusal));
        Require(!JsonBytes.IsSet(message.ToolCalls) || message.ToolCalls[0] == (byte)'[');
        return true;
    }

    /// <summary>An answer or chunk has what all have (wire.md 1.2, 1.3): id, model and a time in whole seconds.</summary>
    public static bool HasHead(in AnswerFields fields) =>
        JsonBytes.HasText(fields.Id) && JsonBytes.HasText(fields.Model)
        && Utf8Parser.TryParse(fields.Created, out long created, out var used) && used == fields.Created.Length && created >= 0;

    /// <summary>Begins within an array or object; a value that is not there has nothing in it.</summary>
    public static Utf8JsonReader Start(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(JsonBytes.IsSet(json) ? json : "[]"u8);
        reader.Read();
        return reader;
    }

    /// <summary>Reads the next tool call of a message.</summary>
    /// <param name="calls">A reader on the message's calls.</param>
    /// <param name="json">The bytes that it reads.</param>
    /// <param name="call">The call as it stands.</param>
    /// <returns>False after the last one.</returns>
    /// <exception cref="JsonException">It is no tool call of an answer.</exception>
    public static bool ReadCall(scoped ref Utf8JsonReader calls, ReadOnlySpan<byte> json, out ReadOnlySpan<byte> call)
    {
        call = default;
        calls.Read();
        if (calls.TokenType == JsonTokenType.EndArray)
            return false;
        Require(calls.TokenType == JsonTokenType.StartObject);
        var start = (int)calls.TokenStartIndex;
        var fields = ToolCallFields.Read(ref calls, json);
        Require(fields.HasId && JsonBytes.IsString(fields.Name) && JsonBytes.IsString(fields.Arguments));
        call = json[start..(int)calls.BytesConsumed];
        return true;
    }

    private static void Require(bool condition)
    {
        if (!condition)
            throw new JsonException("not an answer");
    }

    private static bool IsTextOrNull(ReadOnlySpan<byte> value) => !JsonBytes.IsSet(value) || JsonBytes.IsString(value);

    private static bool IsLegal(ReadOnlySpan<byte> reason) =>
        FinishReasons.IsSet(reason) && FinishReasons.Legal(reason, calledTools: false, stopsAfterToolCalls: false).SequenceEqual(reason[1..^1]);
}
