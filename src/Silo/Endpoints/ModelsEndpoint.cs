using System.Collections.Immutable;
using System.Text.Json;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Errors;
using ThotNet.Routing;

namespace ThotNet.Silo.Endpoints;

/// <summary>
/// <c>GET /v1/models</c> and <c>GET /v1/models/{id}</c> (wire.md 1.7): every name that callers may ask for, and under <c>thotnet</c> what is behind it.
/// </summary>
internal static class ModelsEndpoint
{
    private static readonly (Capabilities Flag, string Name)[] CapabilityNames =
        [.. Enum.GetValues<Capabilities>()
            .Where(flag => flag is not (Capabilities.None or Capabilities.Embeddings))
            .Select(flag => (flag, JsonNamingPolicy.SnakeCaseLower.ConvertName(flag.ToString())))];

    /// <summary>Names that several providers serve, or all of them, belong to the gateway itself.</summary>
    private const string OwnName = "thotnet";

    /// <summary>Lists all names.</summary>
    public static async Task ListAsync(HttpContext http, Catalog catalog, ProcessStart start)
    {
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var name in catalog.Names.Order(StringComparer.Ordinal))
        {
            Write(json, name, catalog, start);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(http.RequestAborted);
    }

    /// <summary>Describes one name. SDKs percent-encode the slashes in it; both forms are taken.</summary>
    public static async Task GetAsync(HttpContext http, string id, Catalog catalog, ProcessStart start)
    {
        var name = Uri.UnescapeDataString(id);
        if (catalog.FindTargets(name).IsEmpty)
        {
            await http.WriteErrorAsync(ApiError.ModelNotFound(name));
            return;
        }

        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        Write(json, name, catalog, start);
        await json.FlushAsync(http.RequestAborted);
    }

    private static void Write(Utf8JsonWriter json, string name, Catalog catalog, ProcessStart start)
    {
        var targets = catalog.FindTargets(name);
        json.WriteStartObject();
        json.WriteString("id", name);
        json.WriteString("object", "model");
        json.WriteNumber("created", start.UnixSeconds);
        json.WriteString("owned_by", targets.Length == 1 ? targets[0].Provider : OwnName);
        json.WriteStartObject(OwnName);
        json.WriteString("type", targets[0].Chats ? "chat" : "embeddings");
        WriteList(json, "providers", targets.Select(target => target.Provider).Distinct());
        WriteList(json, "models", targets.Select(target => target.Id));
        WriteCapabilities(json, targets);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // A request goes only to targets that can do what it needs, so a name can do what any of its targets can.
    private static void WriteCapabilities(Utf8JsonWriter json, ImmutableArray<TargetDefinition> targets)
    {
        var all = targets.Aggregate(Capabilities.None, (any, target) => any | target.Capabilities);
        WriteList(json, "capabilities", CapabilityNames.Where(pair => all.HasFlag(pair.Flag)).Select(pair => pair.Name));
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}

/// <summary>When this process began: the age that models are listed with.</summary>
/// <param name="UnixSeconds">Seconds since 1970.</param>
internal sealed record ProcessStart(long UnixSeconds);
