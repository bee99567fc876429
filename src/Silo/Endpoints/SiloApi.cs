using ThotNet.Silo.Flights;

namespace ThotNet.Silo.Endpoints;

/// <summary>The silo's API, for gateways and other silos only: each call carries the gateway's secret.</summary>
internal static class SiloApi
{
    /// <summary>Maps all endpoints: those of callers under <c>/v1</c>, of operators under <c>/ops</c>, of other silos under <c>/internal</c>.</summary>
    public static void MapSiloApi(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/v1").AddEndpointFilter<GatewayOnlyFilter>().AddEndpointFilter<StandingFilter>();
        api.MapPost("/chat/completions", InferenceEndpoints.ChatAsync);
        api.MapPost("/embeddings", InferenceEndpoints.EmbeddingsAsync);
        api.MapGet("/models", ModelsEndpoint.ListAsync);
        api.MapGet("/models/{**id}", ModelsEndpoint.GetAsync);
        endpoints.MapFlights();
        endpoints.MapGet("/ops/api/decisions", DecisionsEndpoint.ListAsync).AddEndpointFilter<GatewayOnlyFilter>();
        endpoints.MapGet("/ops/api/cache", CacheEndpoint.ShowAsync).AddEndpointFilter<GatewayOnlyFilter>();
        endpoints.MapDelete("/ops/api/cache", CacheEndpoint.PurgeAsync).AddEndpointFilter<GatewayOnlyFilter>();
    }
}
