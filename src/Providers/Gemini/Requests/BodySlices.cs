using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Providers.Chat;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Where everything in a request's body stands that Gemini can make use of; found in one pass.</summary>
internal sealed class BodySlices : IDisposable
{
    private static readonly int FieldCount = Enum.GetValues<RequestField>().Length;

    private readonly Slice[] _fields = new Slice[FieldCount];
    private readonly ArrayPoolBufferWriter<MessageSlices> _messages = new(32);

    /// <summary>The messages, in order.</summary>
    public ReadOnlySpan<MessageSlices> Messages => _messages.WrittenSpan;

    /// <summary>A top-level field.</summary>
    public Slice this[RequestField field] => _fields[(int)field];

    /// <summary>Finds the slices of a body that <see cref="ChatRequestReader"/> has accepted.</summary>
    public static BodySlices Find(ReadOnlySpan<byte> body)
    {
        var found = new BodySlices();
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            found.ReadField(ref reader);
        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => _messages.Dispose();

    private void ReadField(ref Utf8JsonReader reader)
    {
        var field = RequestFields.Find(ref reader);
        if (field == RequestField.Messages)
            ReadMessages(ref reader);
        else
            _fields[(int)field] = Slice.TakeProperty(ref reader, 0);
    }

    private void ReadMessages(ref Utf8JsonReader reader)
    {
        _messages.Clear();
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            _messages.GetSpan(1)[0] = MessageSlices.Read(ref reader);
            _messages.Advance(1);
        }
    }
}
