using System.Buffers;
using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Replay;

/// <summary>Writes the pieces of a value as one value, as clients put them together.</summary>
/// <param name="events">The stream in which the pieces stand.</param>
/// <param name="writer">Where the value goes.</param>
/// <param name="scratch">Memory for the work.</param>
internal readonly ref struct PieceJoiner(ReadOnlySpan<byte> events, Utf8JsonWriter writer, ArrayPoolBufferWriter<byte> scratch)
{
    private readonly ReadOnlySpan<byte> _events = events;

    /// <summary>
    /// Writes the value: strings and arrays are put one after the other, objects are joined field by field, of all else the last one counts.
    /// Strings are joined as they stand, so that an escaped character that was cut in two is whole again.
    /// </summary>
    /// <param name="pieces">At least one value.</param>
    public void Write(List<Range> pieces)
    {
        if (pieces.Count == 1)
            writer.WriteRaw(_events[pieces[0]]);
        else if (AllBegin(pieces, (byte)'"'))
            WriteStrings(pieces);
        else if (AllBegin(pieces, (byte)'['))
            WriteArrays(pieces);
        else if (AllBegin(pieces, (byte)'{'))
            WriteObjects(pieces);
        else
            writer.WriteRaw(_events[pieces[^1]]);
    }

    /// <summary>
    /// Writes typed blocks of reasoning (wire.md 2.2) of several chunks as one list: consecutive pieces of the same text or summary become one block, others,
    /// such as encrypted ones, stay as they are.
    /// </summary>
    /// <param name="pieces">At least one value.</param>
    public void WriteBlocks(List<Range> pieces)
    {
        if (pieces.Count == 1 || !AllBegin(pieces, (byte)'['))
        {
            Write(pieces);
            return;
        }

        var block = new List<Range>();
        writer.WriteStartArray();
        foreach (var piece in pieces)
        {
            var list = _events[piece];
            for (var reader = AnswerReader.Start(list); reader.Read() && reader.TokenType != JsonTokenType.EndArray;)
                AddToBlock(block, JsonBytes.TakeValue(ref reader, list));
        }

        Write(block);
        writer.WriteEndArray();
    }

    private void AddToBlock(List<Range> block, ReadOnlySpan<byte> piece)
    {
        if (block.Count > 0 && !Continues(_events[block[^1]], piece))
        {
            Write(block);
            block.Clear();
        }

        block.Add(_events.RangeOf(piece));
    }

    private static bool Continues(ReadOnlySpan<byte> block, ReadOnlySpan<byte> piece)
    {
        var type = JsonBytes.Field(piece, "type"u8);
        return (JsonBytes.Is(type, "reasoning.text"u8) || JsonBytes.Is(type, "reasoning.summary"u8))
            && JsonBytes.Field(block, "type"u8).SequenceEqual(type)
            && JsonBytes.Field(block, "index"u8).SequenceEqual(JsonBytes.Field(piece, "index"u8));
    }

    private bool AllBegin(List<Range> pieces, byte first)
    {
        foreach (var piece in pieces)
        {
            if (_events[piece][0] != first)
                return false;
        }

        return true;
    }

    private void WriteStrings(List<Range> pieces)
    {
        scratch.Clear();
        scratch.Write("\""u8);
        foreach (var piece in pieces)
            scratch.Write(_events[piece][1..^1]);
        scratch.Write("\""u8);
        writer.WriteRaw(scratch.WrittenSpan);
    }

    private void WriteArrays(List<Range> pieces)
    {
        scratch.Clear();
        scratch.Write("["u8);
        foreach (var piece in pieces)
        {
            if (!JsonBytes.HasItems(_events[piece]))
                continue;
            if (scratch.WrittenCount > 1)
                scratch.Write(","u8);
            scratch.Write(_events[piece][1..^1]);
        }

        scratch.Write("]"u8);
        writer.WriteRaw(scratch.WrittenSpan);
    }

    private void WriteObjects(List<Range> pieces)
    {
        writer.WriteStartObject();
        foreach (var (name, values) in Gather(pieces))
        {
            writer.WritePropertyName(name);
            if (_events[values[^1]][0] == (byte)'"' && !IsJoined(name))
                writer.WriteRaw(_events[values[^1]]);
            else
                Write(values);
        }

        writer.WriteEndObject();
    }

    // A null says that there is no piece.
    private OrderedDictionary<string, List<Range>> Gather(List<Range> pieces)
    {
        var fields = new OrderedDictionary<string, List<Range>>();
        foreach (var piece in pieces)
        {
            var json = _events[piece];
            var reader = AnswerReader.Start(json);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                var value = JsonBytes.TakeProperty(ref reader, json);
                if (!fields.TryGetValue(name, out var values))
                    fields.Add(name, values = []);
                if (values.Count > 0 && !JsonBytes.IsSet(_events[values[0]]))
                    values.Clear();
                if (values.Count == 0 || JsonBytes.IsSet(value))
                    values.Add(_events.RangeOf(value));
            }
        }

        return fields;
    }

    // Texts that come in pieces: a function call's in the older form, a voice's, a thought's. Others, such as ids, are repeated whole.
    private static bool IsJoined(string name) => name is "arguments" or "data" or "transcript" or "text" or "summary";
}
