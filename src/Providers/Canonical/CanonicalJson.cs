using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;

namespace ThotNet.Providers.Canonical;

/// <summary>
/// Writes canonical JSON in two steps. The values are written in the order of the body, with notes where members have to change places; then all is
/// copied to its place at once, so that each byte is copied twice, however deep it stands.
/// </summary>
internal sealed class CanonicalJson : IDisposable
{
    private readonly ArrayPoolBufferWriter<byte> _json;
    private readonly MemberOrder _order;

    /// <summary>Begins with nothing written.</summary>
    /// <param name="length">About how long the JSON will be, in bytes.</param>
    public CanonicalJson(int length)
    {
        _json = new ArrayPoolBufferWriter<byte>(Math.Max(256, length));
        _order = new MemberOrder(_json);
    }

    /// <summary>Begins the outermost object.</summary>
    public void StartObject() => Open();

    /// <summary>Writes the member of the outermost object on whose name the reader stands.</summary>
    /// <returns>False if a text holds half of a surrogate pair; then there is no form.</returns>
    public bool WriteMember(ref Utf8JsonReader reader) => WriteMember(ref reader, keepsOrder: false);

    /// <summary>Writes a member of the outermost object: a plain name, and the value that the reader stands on.</summary>
    /// <inheritdoc cref="WriteMember(ref Utf8JsonReader)"/>
    public bool WriteMember(ReadOnlySpan<byte> name, ref Utf8JsonReader value)
    {
        var start = StartItem();
        _json.Write("\""u8);
        _json.Write(name);
        _json.Write("\""u8);
        return WriteMemberValue(start, ref value, keepsOrder: false);
    }

    /// <summary>Writes a member of the outermost object: a plain name and a whole number.</summary>
    public void WriteMember(ReadOnlySpan<byte> name, int value)
    {
        Span<byte> digits = stackalloc byte[16];
        Utf8Formatter.TryFormat(value, digits, out var length);
        var reader = new Utf8JsonReader(digits[..length]);
        reader.Read();
        WriteMember(name, ref reader);
    }

    /// <summary>Ends the outermost object, with those of its members that the filter lets stay.</summary>
    public void EndObject(MemberFilter filter)
    {
        _json.Write("}"u8);
        _order.CloseOutermost(filter);
    }

    /// <summary>Writes the whole.</summary>
    public void CopyTo(IBufferWriter<byte> output) => _order.CopyTo(output);

    /// <inheritdoc/>
    public void Dispose()
    {
        _order.Dispose();
        _json.Dispose();
    }

    private bool WriteValue(scoped ref Utf8JsonReader reader, bool keepsOrder)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return WriteObject(ref reader, keepsOrder);
            case JsonTokenType.StartArray:
                return WriteArray(ref reader, keepsOrder);
            case JsonTokenType.String:
                return WriteString(ref reader);
            case JsonTokenType.Number:
                _json.Advance(CanonicalNumber.Write(reader.ValueSpan, _json.GetSpan(reader.ValueSpan.Length + CanonicalNumber.MostAdded)));
                return true;
            default:
                _json.Write(reader.ValueSpan);
                return true;
        }
    }

    private bool WriteObject(scoped ref Utf8JsonReader reader, bool keepsOrder)
    {
        var mark = Open();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!WriteMember(ref reader, keepsOrder))
                return false;
        }

        _json.Write("}"u8);
        _order.Close(mark, keepsOrder);
        return true;
    }

    private bool WriteArray(scoped ref Utf8JsonReader reader, bool keepsOrder)
    {
        _json.Write("["u8);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            StartItem();
            if (!WriteValue(ref reader, keepsOrder))
                return false;
        }

        _json.Write("]"u8);
        return true;
    }

    private bool WriteMember(scoped ref Utf8JsonReader reader, bool keepsOrder)
    {
        var start = StartItem();
        if (!WriteString(ref reader))
            return false;
        reader.Read();
        return WriteMemberValue(start, ref reader, keepsOrder);
    }

    private bool WriteMemberValue(int start, scoped ref Utf8JsonReader value, bool keepsOrder)
    {
        var member = _order.StartMember(start);
        keepsOrder |= SchemaNames.Has(_order.NameOf(member));
        _json.Write(":"u8);
        if (!WriteValue(ref value, keepsOrder))
            return false;
        _order.EndMember(member);
        return true;
    }

    private bool WriteString(scoped ref Utf8JsonReader reader)
    {
        var text = reader.ValueSpan;
        var output = _json.GetSpan(text.Length + 2);
        output[0] = (byte)'"';
        var length = text.Length;
        if (reader.ValueIsEscaped)
            length = CanonicalString.Write(text, output[1..]);
        else
            text.CopyTo(output[1..]);
        if (length < 0)
            return false;
        output[length + 1] = (byte)'"';
        _json.Advance(length + 2);
        return true;
    }

    private int Open()
    {
        var mark = _order.Open(_json.WrittenCount);
        _json.Write("{"u8);
        return mark;
    }

    // Where the next member or item begins: after a comma, unless it is the first.
    private int StartItem()
    {
        if (_json.WrittenSpan[^1] is not ((byte)'{' or (byte)'['))
            _json.Write(","u8);
        return _json.WrittenCount;
    }
}
