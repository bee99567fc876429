using System.Text.Json;
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

    /// <summary>The thought signature, in Google's own place for it: <c>extra_content.google.thought_signature</c> (wire.md rule 19).</summary>
    public Slice Signature;

    /// <summary>True for a call of <c>tool_calls</c>.</summary>
    public readonly bool HasId => Id.Length > 0;

    /// <summary>Reads a call of <c>tool_calls</c>.</summary>
    /// <param name="reader">A reader over a part of the body, on the call's beginning.</param>
    /// <param name="body">The body.</param>
    /// <param name="offset">Where the part that is read begins.</param>
    public static CallSlices Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, int offset)
    {
        var call = default(CallSlices);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Word.Is(ref reader, "id"u8))
                call.Id = Slice.TakeText(ref reader, offset);
            else if (Word.Is(ref reader, "function"u8) || (Word.Is(ref reader, "custom"u8) && !call.Name.IsSet))
                call.ReadFunction(Slice.TakeProperty(ref reader, offset), body);
            else if (Word.Is(ref reader, "extra_content"u8))
                call.Signature = FindSignature(Slice.TakeProperty(ref reader, offset), body);
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
            if (Word.Is(ref reader, "name"u8))
                Name = Slice.TakeProperty(ref reader, function.Start);
            else if (Word.Is(ref reader, "arguments"u8))
                Arguments = Slice.TakeProperty(ref reader, function.Start);
            else
                reader.Skip();
        }
    }

    private static Slice FindSignature(Slice extra, ReadOnlySpan<byte> body)
    {
        var signature = Find(Find(extra, "google"u8, body), "thought_signature"u8, body);
        return signature.Of(body) is [(byte)'"', _, .., (byte)'"'] ? signature : default;
    }

    private static Slice Find(Slice parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> body)
    {
        var json = parent.Of(body);
        var found = default(Slice);
        if (json is not [(byte)'{', ..])
            return found;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Word.Is(ref reader, name))
                found = Slice.TakeProperty(ref reader, parent.Start);
            else
                reader.Skip();
        }

        return found;
    }
}
