using System.Text.Json;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Errors;
using ThotNet.Routing;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Endpoints;

/// <summary><c>/ops/api/cache</c>: what the cache of this silo holds and has saved, and purging for the whole cluster.</summary>
internal static class CacheEndpoint
{
    private const int MaxKeyId = 256;

    private static readonly ApiError OneOfThree = ApiError.Invalid("Say what to purge with exactly one of: model=<name>, key=<key id>, all=true.") with
    {
        Spanish = "Indique qué borrar con exactamente uno de: model=<nombre>, key=<id de la clave>, all=true.",
    };

    private static readonly ApiError NotEverywhere =
        ApiError.Unavailable("The purge is in force in this silo only: the cache's Redis could not be told. Try again.") with
        {
            Spanish = "El borrado solo rige en este silo: no se pudo comunicar al Redis de la caché. Inténtelo de nuevo.",
        };

    /// <summary><c>GET</c>: numbers of this silo since it began.</summary>
    public static async Task ShowAsync(HttpContext http, AnswerCache cache, CacheMetrics metrics)
    {
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartObject("memory");
        json.WriteNumber("entries", cache.MemoryEntries);
        json.WriteNumber("bytes", cache.MemoryBytes);
        json.WriteEndObject();
        json.WriteString("redis", cache.IsRedisReached switch { null => "off", true => "reached", false => "not reached" });
        WriteTotals(json, "requests", metrics.Requests, ["hit", "miss", "coalesced", "bypass"]);
        WriteTotals(json, "faults", metrics.Faults, metrics.Faults.Names);
        json.WriteStartObject("saved");
        foreach (var provider in metrics.SavedRequests.Names)
        {
            json.WriteStartObject(provider);
            json.WriteNumber("requests", metrics.SavedRequests.Of(provider));
            json.WriteNumber("tokens", metrics.SavedTokens.Of(provider));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(http.RequestAborted);
    }

    /// <summary><c>DELETE</c>: purges the answers of a model (all targets behind the name), those that a key paid for, or everything.</summary>
    public static async Task PurgeAsync(HttpContext http, AnswerCache cache, Catalog catalog)
    {
        var tags = TagsOf(http.Request.Query, catalog, out var error);
        if (error is not null)
        {
            await http.WriteErrorAsync(error);
            return;
        }

        var everywhere = true;
        foreach (var tag in tags)
        {
            everywhere &= await cache.PurgeAsync(tag);
        }

        if (!everywhere)
        {
            await http.WriteErrorAsync(NotEverywhere);
            return;
        }

        await WritePurgedAsync(http, tags);
    }

    private static PurgeTag[] TagsOf(IQueryCollection query, Catalog catalog, out ApiError? error)
    {
        var (model, key, all) = (query["model"], query["key"], query["all"]);
        error = null;
        if (model.Count + key.Count + all.Count == 1)
        {
            if (all == "true")
            {
                return [PurgeTag.All];
            }

            if (key.ToString() is { Length: > 0 and <= MaxKeyId } id)
            {
                return [PurgeTag.Caller(id)];
            }

            if (model.ToString() is { Length: > 0 } name)
            {
                PurgeTag[] tags = [.. catalog.FindTargets(name).Select(target => PurgeTag.Model(target.Id))];
                error = tags.Length == 0 ? ApiError.ModelNotFound(name) : null;
                return tags;
            }
        }

        error = OneOfThree;
        return [];
    }

    private static async Task WritePurgedAsync(HttpContext http, PurgeTag[] tags)
    {
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartArray("purged");
        foreach (var tag in tags)
        {
            json.WriteStringValue(tag.ToString());
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(http.RequestAborted);
    }

    private static void WriteTotals(Utf8JsonWriter json, string name, CacheMetrics.Totals totals, IEnumerable<string> names)
    {
        json.WriteStartObject(name);
        foreach (var counted in names)
        {
            json.WriteNumber(counted, totals.Of(counted));
        }

        json.WriteEndObject();
    }
}
