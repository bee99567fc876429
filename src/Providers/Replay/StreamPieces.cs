using System.Text.Json;
using ThotNet.Providers.Json;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Replay;

/// <summary>Where the parts of an answer stand in a recorded stream of chunks.</summary>
internal sealed class StreamPieces
{
    /// <summary>The choices by their numbers.</summary>
    public SortedDictionary<int, ChoicePieces> Choices { get; } = [];

    public Range Id { get; private set; }

    public Range Created { get; private set; }

    public Range Model { get; private set; }

    /// <summary>The usage; the default if the stream has none.</summary>
    public Range Usage { get; private set; }

    /// <summary>The fingerprint; the default if the stream has none.</summary>
    public Range Fingerprint { get; private set; }

    /// <summary>Reads a stream of whole events.</summary>
    /// <returns>Whether it is complete: every choice finished, then the end marker, nothing after it.</returns>
    /// <exception cref="JsonException">It is no stream of chunks.</exception>
    /// <exception cref="InvalidOperationException">A name in it is not valid Unicode.</exception>
    public bool Read(ReadOnlySpan<byte> events)
    {
        for (var rest = events; rest.IndexOf("\n\n"u8) is >= 0 and var end; rest = rest[(end + 2)..])
        {
            var line = rest[..end];
            if (line.StartsWith(":"u8))
                continue;
            if (line.SequenceEqual("data: [DONE]"u8))
                return rest.Length == end + 2 && IsFinished;
            if (!line.StartsWith("data: "u8) || !ReadChunk(line["data: ".Length..], events))
                return false;
        }

        return false;
    }

    private bool IsFinished => Choices.Count > 0 && Choices.Values.All(choice => choice.IsFinished);

    private bool ReadChunk(ReadOnlySpan<byte> json, ReadOnlySpan<byte> events)
    {
        var chunk = AnswerFields.Read(json);
        if (chunk.HasError || !AnswerReader.HasHead(chunk))
            return false;
        if (Choices.Count == 0)
            NoteHead(chunk, events);
        if (JsonBytes.IsObject(chunk.Usage))
            Usage = events.RangeOf(chunk.Usage);
        var reader = AnswerReader.Start(chunk.Choices);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var choice = ChoiceFields.Read(ref reader, chunk.Choices, "delta"u8);
            if (!Choices.TryGetValue(choice.Index, out var pieces))
                Choices.Add(choice.Index, pieces = new ChoicePieces());
            pieces.Add(choice, events);
        }

        return true;
    }

    private void NoteHead(in AnswerFields chunk, ReadOnlySpan<byte> events)
    {
        Id = events.RangeOf(chunk.Id);
        Created = events.RangeOf(chunk.Created);
        Model = events.RangeOf(chunk.Model);
        if (JsonBytes.IsString(chunk.Fingerprint))
            Fingerprint = events.RangeOf(chunk.Fingerprint);
    }
}
