using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Errors;
using ThotNet.Hosting.Health;
using ThotNet.Hosting.Security;

namespace ThotNet.Silo.Endpoints;

/// <summary>Lets only gateways in, and nobody while the silo drains: the gateway then takes another silo.</summary>
internal sealed class GatewayOnlyFilter(GatewaySecret secret, Readiness readiness) : IEndpointFilter
{
    /// <summary>What everybody else is told.</summary>
    public static readonly ApiError NotAGateway = new(
        401, "This address is for gateways only; send requests to the gateway.", "invalid_request_error", "invalid_api_key");

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!secret.IsShownBy(http.Request))
        {
            await http.WriteErrorAsync(NotAGateway);
            return Results.Empty;
        }

        if (readiness.State is ReadinessState.Draining)
        {
            http.Response.Headers[HealthExtensions.DrainingHeader] = "1";
            await http.WriteErrorAsync(ApiError.Unavailable("This part of the service is shutting down; try again."));
            return Results.Empty;
        }

        return await next(context);
    }
}
