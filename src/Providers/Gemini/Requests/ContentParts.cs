using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>The kinds of parts that Gemini takes.</summary>
internal enum PartKind
{
    /// <summary>Text, or a refusal, which is text as well (wire.md rule 20).</summary>
    Text,
    Image,
    Audio,
    File,
}

/// <summary>Goes through a message's content, a string or an array of parts, in order (wire.md rule 7).</summary>
internal ref struct ContentParts
{
    private readonly ReadOnlySpan<byte> _content;
    private Utf8JsonReader _reader;
    private bool _isStringLeft;

    /// <summary>Begins before the first part.</summary>
    /// <param name="content">The content; empty if there is none.</param>
    public ContentParts(ReadOnlySpan<byte> content)
    {
        _content = content;
        _isStringLeft = content is [(byte)'"', ..];
        if (content is not [(byte)'[', ..])
            return;
        _reader = new Utf8JsonReader(content);
        _reader.Read();
    }

    /// <summary>The part's kind.</summary>
    public PartKind Kind { get; private set; }

    /// <summary>The part's data: a JSON string for text, an object for the others.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>Goes to the next part.</summary>
    public bool MoveNext()
    {
        if (_isStringLeft)
        {
            _isStringLeft = false;
            Data = _content;
            return true;
        }

        if (_reader.TokenType == JsonTokenType.None || !_reader.Read() || _reader.TokenType != JsonTokenType.StartObject)
            return false;
        ReadPart();
        return true;
    }

    // The type may come after the data.
    private void ReadPart()
    {
        ReadOnlySpan<byte> type = default;
        Slice text = default, refusal = default, image = default, audio = default, file = default;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueTextEquals("type"u8))
                type = Slice.TakeProperty(ref _reader, 0).Of(_content);
            else if (_reader.ValueTextEquals("text"u8))
                text = Slice.TakeProperty(ref _reader, 0);
            else if (_reader.ValueTextEquals("refusal"u8))
                refusal = Slice.TakeProperty(ref _reader, 0);
            else if (_reader.ValueTextEquals("image_url"u8))
                image = Slice.TakeProperty(ref _reader, 0);
            else if (_reader.ValueTextEquals("input_audio"u8))
                audio = Slice.TakeProperty(ref _reader, 0);
            else if (_reader.ValueTextEquals("file"u8))
                file = Slice.TakeProperty(ref _reader, 0);
            else
                _reader.Skip();
        }

        (Kind, var data) = JsonBytes.Is(type, "image_url"u8) ? (PartKind.Image, image)
            : JsonBytes.Is(type, "input_audio"u8) ? (PartKind.Audio, audio)
            : JsonBytes.Is(type, "file"u8) ? (PartKind.File, file)
            : (PartKind.Text, JsonBytes.Is(type, "refusal"u8) ? refusal : text);
        Data = data.Of(_content);
    }
}
