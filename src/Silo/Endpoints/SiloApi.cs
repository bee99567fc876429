namespace ThotNet.Silo.Endpoints;

/// <summary>The silo's API, for gateways only: each call carries the gateway's secret.</summary>
internal static class SiloApi
{
    /// <summary>Maps all endpoints: those of callers under <c>/v1</c>, those of operators under <c>/ops</c>.</summary>
    public static void MapSiloApi(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/v1").AddEndpointFilter<GatewayOnlyFilter>().AddEndpointFilter<StandingFilter>();
        api.MapPost("/chat/completions", InferenceEndpoints.ChatAsync);
        api.MapPost("/embeddings", InferenceEndpoints.EmbeddingsAsync);
        api.MapGet("/models", ModelsEndpoint.ListAsync);
        api.MapGet("/models/{**id}", ModelsEndpoint.GetAsync);
        endpoints.MapGet("/ops/api/decisions", DecisionsEndpoint.ListAsync).AddEndpointFilter<GatewayOnlyFilter>();
    }
}
