using System.Text;
using System.Text.Json;
using ThotNet.Providers.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Writes what <c>functionCall</c> parts hold (wire.md rules 14, 18, 19).</summary>
internal static class CallWriter
{
    // Google's dummy for a signature that was lost, "skip_thought_signature_validator", as the bytes field wants it.
    private static readonly JsonEncodedText Dummy =
        JsonEncodedText.Encode(Convert.ToBase64String("skip_thought_signature_validator"u8));

    /// <summary>Writes a call into the part that has been begun.</summary>
    public static void Write(in CallSlices call, ReadOnlySpan<byte> body, GeminiGeneration generation, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("functionCall"u8);
        WriteIdentity(call, body, generation, writer);
        WriteArguments(call, body, writer);
        writer.WriteEndObject();
    }

    /// <summary>Writes what a call and its result have in common.</summary>
    public static void WriteIdentity(in CallSlices call, ReadOnlySpan<byte> body, GeminiGeneration generation, Utf8JsonWriter writer)
    {
        if (generation.HasCallIds && call.HasId)
            writer.WriteRaw("id"u8, call.Id.In(body));
        writer.WriteRaw("name"u8, call.Name.Of(body));
    }

    /// <summary>Writes a call's thought signature into its part: the caller's own, else the remembered one, else a dummy where one must be.</summary>
    /// <param name="call">The call.</param>
    /// <param name="isFirst">It is the first of its turn, the only one that must have a signature.</param>
    /// <param name="context">What is being written.</param>
    /// <param name="writer">Where it goes.</param>
    public static void WriteSignature(in CallSlices call, bool isFirst, in WriteContext context, Utf8JsonWriter writer)
    {
        if (call.SignatureIn(context.Body) is { IsEmpty: false } signature)
            writer.WriteRaw("thoughtSignature"u8, signature);
        else if (Recall(call, context) is { } remembered)
            writer.WriteString("thoughtSignature"u8, remembered);
        else if (isFirst && context.Generation.NeedsSignatures)
            writer.WriteString("thoughtSignature"u8, Dummy);
    }

    private static string? Recall(in CallSlices call, in WriteContext context)
    {
        using var id = UnescapedText.OrEmpty(call.Id.In(context.Body));
        return id.Bytes.IsEmpty ? null : context.Memory.Recall(context.Caller, Encoding.UTF8.GetString(id.Bytes));
    }

    private static void WriteArguments(in CallSlices call, ReadOnlySpan<byte> body, Utf8JsonWriter writer)
    {
        using var text = UnescapedText.OrEmpty(call.Arguments.Of(body));
        using var whole = WholeCharacters.Of(text.Bytes.Trim(" \t\r\n"u8));
        writer.WritePropertyName("args"u8);
        ArgumentsWriter.Write(whole.Json.IsEmpty ? "{}"u8 : whole.Json, writer);
    }
}
