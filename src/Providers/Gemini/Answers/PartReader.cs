using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Answers;

/// <summary>What callers get of the parts of a content.</summary>
[Flags]
internal enum PartKinds
{
    None = 0,
    Text = 1,
    Thoughts = 2,
    Calls = 4,
    Images = 8,
}

/// <summary>Asks for kinds.</summary>
internal static class PartKindsExtensions
{
    /// <summary>The kind is among them. Unlike <see cref="Enum.HasFlag"/> it allocates nothing, optimised or not.</summary>
    public static bool Has(this PartKinds kinds, PartKinds kind) => (kinds & kind) != 0;
}

/// <summary>Goes through those parts of a content that callers get; what is no list has none.</summary>
internal ref struct PartReader
{
    private readonly ReadOnlySpan<byte> _parts;
    private readonly PartKinds _kinds;
    private Utf8JsonReader _reader;

    /// <summary>Begins at the first part of these kinds.</summary>
    public PartReader(ReadOnlySpan<byte> parts, PartKinds kinds)
    {
        _parts = JsonBytes.HasItems(parts) ? parts : "[]"u8;
        _kinds = kinds;
        _reader = new Utf8JsonReader(_parts);
        _reader.Read();
    }

    /// <summary>The kinds of content that there are.</summary>
    public static PartKinds Find(ReadOnlySpan<byte> parts)
    {
        var found = PartKinds.None;
        var reader = new PartReader(parts, ~PartKinds.None);
        while (reader.Read(out var part))
            found |= part.Kind;
        return found;
    }

    /// <summary>Reads the next part of the kinds asked for.</summary>
    public bool Read(out PartFields part)
    {
        while (_reader.Read() && _reader.TokenType == JsonTokenType.StartObject)
        {
            part = PartFields.Read(ref _reader, _parts);
            if ((part.Kind & _kinds) != 0)
                return true;
        }

        part = default;
        return false;
    }
}
