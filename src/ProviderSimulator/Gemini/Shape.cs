using System.Text.Json;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>What a field holds.</summary>
internal enum FieldKind
{
    Text,
    Integer,
    Number,
    Flag,

    /// <summary>Any object.</summary>
    Struct,

    /// <summary>Any value.</summary>
    Any,

    /// <summary>An object of a known shape.</summary>
    Message,

    /// <summary>Objects of a known shape, by names of the caller's.</summary>
    Map,
}

/// <summary>One field of a message.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Of">The shape of messages. A function, because some contain themselves.</param>
/// <param name="Repeated">Whether it is an array of that.</param>
/// <param name="Values">The values of an enumeration; null: any.</param>
/// <param name="AnyCase">Whether those may be written in small letters too.</param>
internal sealed record Field(
    string Name, FieldKind Kind, Func<Shape>? Of = null, bool Repeated = false, IReadOnlySet<string>? Values = null, bool AnyCase = false)
{
    /// <summary>The name as the protocol's definition has it, which requests may use too and errors do.</summary>
    public string ProtoName { get; } = JsonNamingPolicy.SnakeCaseLower.ConvertName(Name);

    public static Field Text(string name) => new(name, FieldKind.Text);

    public static Field Texts(string name) => new(name, FieldKind.Text, Repeated: true);

    public static Field Integer(string name) => new(name, FieldKind.Integer);

    public static Field Number(string name) => new(name, FieldKind.Number);

    public static Field Flag(string name) => new(name, FieldKind.Flag);

    public static Field Struct(string name) => new(name, FieldKind.Struct);

    public static Field Any(string name) => new(name, FieldKind.Any);

    public static Field One(string name, Func<Shape> of) => new(name, FieldKind.Message, of);

    public static Field Many(string name, Func<Shape> of) => new(name, FieldKind.Message, of, Repeated: true);

    public static Field Map(string name, Func<Shape> of) => new(name, FieldKind.Map, of);

    public static Field Enum(string name, params string[] values) => new(name, FieldKind.Text, Values: values.ToHashSet());
}

/// <summary>The fields of a message.</summary>
internal sealed class Shape(params Field[] fields)
{
    private readonly Dictionary<string, Field> _fields = fields
        .SelectMany(field => new[] { field.Name, field.ProtoName }.Distinct().Select(name => (Name: name, Field: field)))
        .ToDictionary(entry => entry.Name, entry => entry.Field, StringComparer.Ordinal);

    public Field? Find(string name) => _fields.GetValueOrDefault(name);
}
