using System.Text.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Chat;

/// <summary>The kinds of content in a message.</summary>
[Flags]
internal enum ContentKinds
{
    /// <summary>There was no content.</summary>
    Absent = 0,
    Null = 1,
    Text = 2,
    Image = 4,
    Audio = 8,
    File = 16,
    Refusal = 32,

    /// <summary>What a user may send.</summary>
    Media = Text | Image | Audio | File,
}

/// <summary>Reads a message's content: a string or an array of parts (wire.md 1.1).</summary>
internal static class ContentReader
{
    /// <summary>Reads the content that the reader stands on.</summary>
    public static bool Read(ref Utf8JsonReader reader, RequestFacts facts, out ContentKinds kinds)
    {
        kinds = ContentKinds.Null;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        kinds = ContentKinds.Text;
        if (reader.TokenType == JsonTokenType.String)
        {
            facts.AddText(ref reader);
            return true;
        }

        kinds = ContentKinds.Absent;
        return reader.TokenType == JsonTokenType.StartArray
            ? ReadParts(ref reader, facts, ref kinds)
            : MessageReader.Fail(facts, ".content", "must be a string, null or an array of parts.");
    }

    private static bool ReadParts(ref Utf8JsonReader reader, RequestFacts facts, ref ContentKinds kinds)
    {
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (++facts.Messages.Parts > ChatRequestReader.MaxParts)
                return facts.Fail($"'messages' may hold at most {ChatRequestReader.MaxParts} content parts in all.", "messages");
            if (reader.TokenType != JsonTokenType.StartObject)
                return Fail(facts, index, "", "must be an object.");
            if (!ReadPart(ref reader, facts, index, out var kind))
                return false;
            kinds |= kind;
        }

        return kinds != 0 || MessageReader.Fail(facts, ".content", "must hold at least one part.");
    }

    // The type may come after the data, so every kind of data is checked where it stands and the type is compared at the end.
    private static bool ReadPart(ref Utf8JsonReader reader, RequestFacts facts, int index, out ContentKinds type)
    {
        type = 0;
        var found = ContentKinds.Absent;
        var remote = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!facts.CountValue())
                return false;
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                type = reader.TokenType == JsonTokenType.String ? FindType(ref reader) : 0;
                if (type == 0)
                    return Fail(facts, index, ".type", "must be one of 'text', 'image_url', 'input_audio', 'file', 'refusal'.");
            }
            else if (!ReadData(ref reader, facts, index, ref found, ref remote))
            {
                return false;
            }
        }

        if (type == 0)
            return Fail(facts, index, ".type", "is required.");
        facts.Messages.Media.Add(type, remote, new Place(facts.Messages.Count, index));
        return (found & type) != 0 || Fail(facts, index, "." + NameOf(type), "is required in a part of this type.");
    }

    private static bool ReadData(ref Utf8JsonReader reader, RequestFacts facts, int index, ref ContentKinds found, ref bool remote)
    {
        var kind = FindType(ref reader);
        reader.Read();
        found |= kind;
        switch (kind)
        {
            case ContentKinds.Text or ContentKinds.Refusal:
                if (reader.TokenType != JsonTokenType.String)
                    return Fail(facts, index, "." + NameOf(kind), "must be a string.");
                facts.AddText(ref reader);
                return true;
            case ContentKinds.Image or ContentKinds.Audio or ContentKinds.File:
                if (reader.TokenType != JsonTokenType.StartObject)
                    return Fail(facts, index, "." + NameOf(kind), "must be an object.");
                if (!MediaReader.Read(ref reader, facts, index, kind, out var isRemote))
                    return false;
                remote = kind == ContentKinds.Image ? isRemote : remote;
                return true;
            default:
                return Values.Skip(ref reader, facts);
        }
    }

    // The name of a part's type is also the name of the field that holds its data.
    private static ContentKinds FindType(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("text"u8) ? ContentKinds.Text
        : reader.ValueTextEquals("image_url"u8) ? ContentKinds.Image
        : reader.ValueTextEquals("input_audio"u8) ? ContentKinds.Audio
        : reader.ValueTextEquals("file"u8) ? ContentKinds.File
        : reader.ValueTextEquals("refusal"u8) ? ContentKinds.Refusal
        : 0;

    /// <summary>The name on the wire of one kind of part.</summary>
    public static string NameOf(ContentKinds kind) => kind switch
    {
        ContentKinds.Text => "text",
        ContentKinds.Image => "image_url",
        ContentKinds.Audio => "input_audio",
        ContentKinds.File => "file",
        _ => "refusal",
    };

    /// <summary>Says what is wrong with a field of a part.</summary>
    public static bool Fail(RequestFacts facts, int index, string field, string problem) =>
        MessageReader.Fail(facts, $".content[{index}]{field}", problem);
}
