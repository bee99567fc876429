using System.Text.Json;
using ThotNet.Providers.Chat;

namespace ThotNet.Providers.OpenAi;

/// <summary>A top-level field of a request's body.</summary>
/// <param name="Field">Which one.</param>
/// <param name="Name">Where its name stands, without quotes.</param>
/// <param name="Value">Where its value stands.</param>
internal readonly record struct BodyField(RequestField Field, Range Name, Range Value);

/// <summary>
/// Where the top-level fields of a request's body stand. Of a field that comes twice only the last is kept; fields that are null are left out.
/// </summary>
internal sealed class BodyFields
{
    private readonly List<BodyField> _fields = new(16);

    /// <summary>The fields in the order of the body.</summary>
    public IReadOnlyList<BodyField> All => _fields;

    /// <summary>The messages cannot go to the provider as they stand.</summary>
    public bool MessagesNeedRewrite { get; private set; }

    /// <summary>Finds the fields of a body that <see cref="ChatRequestReader"/> has accepted.</summary>
    public static BodyFields Find(ReadOnlySpan<byte> body, OpenAiDialect dialect)
    {
        var found = new BodyFields();
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            found.Add(ref reader, body, dialect);
        return found;
    }

    /// <summary>The value of a field; empty if it is not there.</summary>
    public ReadOnlySpan<byte> ValueOf(RequestField field, ReadOnlySpan<byte> body)
    {
        foreach (var candidate in _fields)
        {
            if (candidate.Field == field)
                return body[candidate.Value];
        }

        return default;
    }

    private void Add(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, OpenAiDialect dialect)
    {
        var field = RequestFields.Find(ref reader);
        var nameStart = (int)reader.TokenStartIndex + 1;
        var name = nameStart..(nameStart + reader.ValueSpan.Length);
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        var isNull = reader.TokenType == JsonTokenType.Null;
        if (field == RequestField.Messages)
            MessagesNeedRewrite = MessageRewriter.IsNeeded(ref reader, dialect);
        else
            reader.Skip();
        RemoveEarlier(field, body[name], body);
        if (!isNull)
            _fields.Add(new BodyField(field, name, start..(int)reader.BytesConsumed));
    }

    private void RemoveEarlier(RequestField field, ReadOnlySpan<byte> name, ReadOnlySpan<byte> body)
    {
        for (var i = 0; i < _fields.Count; i++)
        {
            if (_fields[i].Field != field || (field == RequestField.Unknown && !body[_fields[i].Name].SequenceEqual(name)))
                continue;
            _fields.RemoveAt(i);
            return;
        }
    }
}
