using System.Text.Json;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Errors;
using ThotNet.Routing;

namespace ThotNet.Silo.Endpoints;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{id}</c> (wire.md 1.7): every name that callers may ask for.</summary>
internal static class ModelsEndpoint
{
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
        json.WriteEndObject();
    }
}

/// <summary>When this process began: the age that models are listed with.</summary>
/// <param name="UnixSeconds">Seconds since 1970.</param>
internal sealed record ProcessStart(long UnixSeconds);
