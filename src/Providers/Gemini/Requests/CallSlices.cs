using System.Text.Json;
using ThotNet.Providers.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Where the fields of a tool call stand in the body.</summary>
internal struct CallSlices
{
    /// <summary>Not there for the older <c>function_call</c>.</summary>
    public BodyText Id;
    public Slice Name;

    /// <summary>A JSON string that holds an object, or nothing.</summary>
    public Slice Arguments;

    private Slice _extraContent;

    /// <summary>True for a call of <c>tool_calls</c>.</summary>
    public readonly bool HasId => Id.Length > 0;

    /// <summary>The thought signature, a JSON string, in Google's own place for it (wire.md rule 19); empty if there is none.</summary>
    public readonly ReadOnlySpan<byte> SignatureIn(ReadOnlySpan<byte> body)
    {
        var signature = JsonBytes.Field(JsonBytes.Field(_extraContent.Of(body), "google"u8), "thought_signature"u8);
        return JsonBytes.HasText(signature) ? signature : default;
    }

    /// <summary>Reads a call of <c>tool_calls</c>.</summary>
    /// <param name="reader">A reader over a part of the body, on the call's beginning.</param>
    /// <param name="body">The body.</param>
    /// <param name="offset">Where the part that is read begins.</param>
    public static CallSlices Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, int offset)
    {
        var call = default(CallSlices);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
                call.Id = Slice.TakeText(ref reader, offset);
            else if (reader.ValueTextEquals("function"u8) || (reader.ValueTextEquals("custom"u8) && !call.Name.IsSet))
                call.ReadFunction(Slice.TakeProperty(ref reader, offset), body);
            else if (reader.ValueTextEquals("extra_content"u8))
                call._extraContent = Slice.TakeProperty(ref reader, offset);
            else
                reader.Skip();
        }

        return call;
    }

    /// <summary>Reads the older <c>function_call</c>.</summary>
    public static CallSlices ReadOlder(Slice function, ReadOnlySpan<byte> body)
    {
        var call = default(CallSlices);
        call.ReadFunction(function, body);
        return call;
    }

    private void ReadFunction(Slice function, ReadOnlySpan<byte> body)
    {
        var json = function.Of(body);
        if (json is not [(byte)'{', ..])
            return;
        Name = Arguments = default;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
                Name = Slice.TakeProperty(ref reader, function.Start);
            else if (reader.ValueTextEquals("arguments"u8))
                Arguments = Slice.TakeProperty(ref reader, function.Start);
            else
                reader.Skip();
        }
    }
}
