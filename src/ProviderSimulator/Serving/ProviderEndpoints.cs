using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Control;
using ThotNet.ProviderSimulator.Dialects;
using ThotNet.ProviderSimulator.Embeddings;
using ThotNet.ProviderSimulator.Gemini;

namespace ThotNet.ProviderSimulator.Serving;

/// <summary>The paths of a provider.</summary>
internal static class ProviderEndpoints
{
    public static void MapProvider(
        this IEndpointRouteBuilder routes, Provider provider, SimulatorState state, TimeProvider time, CancellationToken stopping)
    {
        var group = routes.MapGroup(provider.Dialect.BasePath);
        var handler = new RequestHandler(provider, state, time, stopping);
        var (chat, embeddings) = (new ChatOperation(provider.Dialect), new EmbeddingsOperation(provider.Dialect));
        group.MapPost("/chat/completions", context => handler.Handle(context, chat));
        group.MapPost("/embeddings", context => handler.Handle(context, embeddings));
        group.MapGet("/models", context => Models(context, provider, time));
        if (provider.Dialect is OpenRouterDialect)
            group.MapGet("/key", context => Key(context, provider, state));
        if (provider.Dialect is GeminiDialect)
            routes.MapNativeGemini(provider, handler);
    }

    private static Task Models(HttpContext context, Provider provider, TimeProvider time)
    {
        var (_, refusal) = provider.Authenticate(provider.Dialect, context.Request);
        if (refusal is not null && provider.Dialect.ModelsNeedKey)
            return Write(context, refusal);
        var models = provider.Models.Order(StringComparer.Ordinal);
        return Write(context, Reply.Of(StatusCodes.Status200OK, provider.Dialect.Models(models, time.GetUtcNow().ToUnixTimeSeconds())));
    }

    /// <summary>What OpenRouter says of a key (wire.md 2.4): days are counted, minutes are not told.</summary>
    private static Task Key(HttpContext context, Provider provider, SimulatorState state)
    {
        var (account, refusal) = provider.Authenticate(provider.Dialect, context.Request);
        if (refusal is not null)
            return Write(context, refusal);
        var data = new JsonObject
        {
            ["label"] = $"sk-or-v1-{account}",
            ["limit"] = null,
            ["limit_remaining"] = null,
            ["limit_reset"] = null,
            ["usage"] = 0,
            ["usage_daily"] = 0,
            ["usage_weekly"] = 0,
            ["usage_monthly"] = 0,
            ["is_free_tier"] = true,
            ["include_byok_in_limit"] = false,
            ["is_management_key"] = false,
            ["rate_limit"] = new JsonObject { ["requests"] = -1, ["interval"] = "10s" },
        };
        if (state.AccountOf(provider.Name, account).DailyRequests("") is var (used, limit))
        {
            data["free_model_daily_requests"] = new JsonObject { ["used"] = used, ["limit"] = limit, ["remaining"] = limit - used };
        }

        return Write(context, Reply.Of(StatusCodes.Status200OK, new JsonObject { ["data"] = data }));
    }

    internal static Task Write(HttpContext context, Reply reply)
    {
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
        return context.Response.WriteAsync(reply.Body, context.RequestAborted);
    }
}
