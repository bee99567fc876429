using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Answers;

/// <summary>Goes through an answer's candidates; what is no list has none.</summary>
internal ref struct CandidateReader
{
    private readonly ReadOnlySpan<byte> _candidates;
    private readonly bool _counts;
    private Utf8JsonReader _reader;
    private int _position = -1;

    /// <summary>Begins at the first candidate.</summary>
    public CandidateReader(ReadOnlySpan<byte> candidates)
    {
        _candidates = JsonBytes.HasItems(candidates) ? candidates : "[]"u8;
        _counts = CountUnnumbered(_candidates) > 1;
        _reader = Start(_candidates);
    }

    /// <summary>Reads the next candidate.</summary>
    /// <returns>False at the end, or at something that is no candidate.</returns>
    public bool Read(out CandidateFields candidate)
    {
        candidate = default;
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject)
            return false;
        candidate = CandidateFields.Read(ref _reader, _candidates);
        _position++;
        if (_counts)
            candidate.Index = _position;
        else if (!candidate.HasIndex)
            candidate.Index = 0;
        return true;
    }

    private static int CountUnnumbered(ReadOnlySpan<byte> candidates)
    {
        var reader = Start(candidates);
        var count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            count += CandidateFields.Read(ref reader, candidates).HasIndex ? 0 : 1;
        return count;
    }

    private static Utf8JsonReader Start(ReadOnlySpan<byte> candidates)
    {
        var reader = new Utf8JsonReader(candidates);
        reader.Read();
        return reader;
    }
}
