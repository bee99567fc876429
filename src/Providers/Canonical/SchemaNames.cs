using System.Text;

namespace ThotNet.Providers.Canonical;

/// <summary>
/// Names of members that hold a schema. Models write the fields of their answer in the order in which the schema has them, so there the order of
/// members is part of the request.
/// </summary>
internal static class SchemaNames
{
    /// <summary>
    /// True for <c>parameters</c> of functions, <c>properties</c> of any schema, and every name that ends with <c>schema</c> (<c>schema</c>,
    /// <c>responseSchema</c>, <c>input_schema</c>), but not <c>json_schema</c>, which is a format with a name and a schema.
    /// </summary>
    public static bool Has(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("parameters"u8) || name.SequenceEqual("properties"u8)
        || (name.Length >= "schema".Length && Ascii.EqualsIgnoreCase(name[^"schema".Length..], "schema"u8) && !name.SequenceEqual("json_schema"u8));
}
