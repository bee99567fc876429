using ThotNet.Hosting.Errors;
using ThotNet.Hosting.Security;
using ThotNet.Silo.Endpoints;

namespace ThotNet.Silo.Flights;

/// <summary>Lets only those in who know the gateways' secret, also while the silo drains: callers of other silos wait for what it has begun.</summary>
internal sealed class PeerFilter(GatewaySecret secret) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (secret.IsShownBy(context.HttpContext.Request))
        {
            return await next(context);
        }

        await context.HttpContext.WriteErrorAsync(GatewayOnlyFilter.NotAGateway);
        return Results.Empty;
    }
}
