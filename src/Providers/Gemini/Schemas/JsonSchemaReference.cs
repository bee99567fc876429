namespace ThotNet.Providers.Gemini.Schemas;

/// <summary>The references that may go as they stand: to the whole schema, or to one of its definitions by a plain name.</summary>
internal static class JsonSchemaReference
{
    private const string Definitions = "#/$defs/";
    private const string OlderDefinitions = "#/definitions/";

    /// <summary>True for <c>#</c> and <c>#/$defs/name</c>.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> reference) =>
        reference.SequenceEqual("#"u8)
        || (reference.StartsWith("#/$defs/"u8) && reference.IndexOfAny("%~\\"u8) < 0 && reference[8..].IndexOf((byte)'/') < 0);

    /// <summary>The plain reference that says the same, or null.</summary>
    public static string? Rename(string reference)
    {
        if (reference == "#")
            return reference;
        var prefix = reference.StartsWith(OlderDefinitions, StringComparison.Ordinal) ? OlderDefinitions : Definitions;
        if (!reference.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        var name = reference[prefix.Length..];
        return name.AsSpan().IndexOfAny("%~/") < 0 ? Definitions + name : null;
    }
}
