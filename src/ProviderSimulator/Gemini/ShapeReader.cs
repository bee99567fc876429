using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>
/// Reads JSON as Google's protocol reads it: only known fields, each with its type, names in either writing, null as absent. What it
/// returns has the names of <see cref="Field.Name"/>.
/// </summary>
internal sealed class ShapeReader
{
    private readonly List<(string Name, string At)> _unknown = [];
    private Problem? _problem;

    /// <summary>The first rule that an object breaks, or null; unknown names go before all else, and are told together.</summary>
    public static Problem? Read(JsonElement request, Shape shape, out JsonObject read)
    {
        var reader = new ShapeReader();
        read = reader.Message(request, shape, "");
        return reader._unknown.Count > 0 ? Problem.Unknown(reader._unknown) : reader._problem;
    }

    private JsonObject Message(JsonElement value, Shape shape, string path)
    {
        var message = new JsonObject();
        foreach (var property in value.EnumerateObject())
        {
            if (shape.Find(property.Name) is not { } field)
                _unknown.Add((property.Name, path));
            else if (property.Value.ValueKind != JsonValueKind.Null)
                message[field.Name] = Values(property.Value, field, path.Length == 0 ? field.ProtoName : $"{path}.{field.ProtoName}");
        }

        return message;
    }

    private JsonNode? Values(JsonElement value, Field field, string path)
    {
        if (!field.Repeated && value.ValueKind == JsonValueKind.Array && field.Kind != FieldKind.Any)
        {
            _problem ??= new($"Invalid JSON payload received. Unknown name \"{field.Name}\" at '{Parent(path)}': "
                + "Proto field is not repeating, cannot start list.");
            return null;
        }

        if (!field.Repeated)
            return Value(value, field, path);
        var list = new JsonArray();
        if (value.ValueKind != JsonValueKind.Array)
        {
            Wrong(path, "a list", value);
            return list;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
            list.Add(Value(item, field, $"{path}[{index++}]"));
        return list;
    }

    private JsonNode? Value(JsonElement value, Field field, string path)
    {
        switch (field.Kind)
        {
            case FieldKind.Message when value.ValueKind == JsonValueKind.Object:
                return Message(value, field.Of!(), path);
            case FieldKind.Map when value.ValueKind == JsonValueKind.Object:
                return Map(value, field with { Kind = FieldKind.Message }, path);
            case FieldKind.Text when value.ValueKind == JsonValueKind.String:
                return Text(value.GetString()!, field, path);
            case FieldKind.Integer when value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number):
                return number;
            case FieldKind.Number when value.ValueKind == JsonValueKind.Number:
                return value.GetDouble();
            case FieldKind.Flag when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                return value.GetBoolean();
            case FieldKind.Struct when value.ValueKind == JsonValueKind.Object:
            case FieldKind.Any:
                return JsonNode.Parse(value.GetRawText(), documentOptions: new() { AllowDuplicateProperties = false });
            default:
                Wrong(path, TypeName(field.Kind), value);
                return null;
        }
    }

    private JsonObject Map(JsonElement value, Field entries, string path)
    {
        var map = new JsonObject();
        foreach (var entry in value.EnumerateObject())
            map[entry.Name] = Value(entry.Value, entries, $"{path}[{entry.Name}]");
        return map;
    }

    private JsonValue? Text(string text, Field field, string path)
    {
        var known = field.AnyCase ? text.ToUpperInvariant() : text;
        if (field.Values is null || field.Values.Contains(known))
            return JsonValue.Create(known);
        _problem ??= new($"Invalid value at '{path}' (TYPE_ENUM), \"{text}\"");
        return null;
    }

    private void Wrong(string path, string type, JsonElement value)
    {
        var raw = value.GetRawText();
        _problem ??= new($"Invalid value at '{path}' ({type}), {(raw.Length > 100 ? raw[..100] : raw)}");
    }

    private static string Parent(string path) => path.LastIndexOf('.') is > 0 and var dot ? path[..dot] : "";

    private static string TypeName(FieldKind kind) => kind switch
    {
        FieldKind.Text => "TYPE_STRING",
        FieldKind.Integer => "TYPE_INT32",
        FieldKind.Number => "TYPE_DOUBLE",
        FieldKind.Flag => "TYPE_BOOL",
        _ => "an object",
    };
}
