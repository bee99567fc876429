using ThotNet.Hosting.Security;
using ThotNet.Routing;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Endpoints;

/// <summary>Lets every answer, whatever it is, say where its caller's limits stand at the moment when it begins.</summary>
internal sealed class StandingFilter(LeaseBook leases, Catalog catalog) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var caller = http.Request.Headers[GatewaySecret.KeyIdHeader].ToString();
        if (caller.Length > 0 && catalog.Quotas.Find(CallerLimits.QuotaKeyOf(caller)) is { } limits)
        {
            http.Response.OnStarting(() =>
            {
                if (leases.StandingOf(limits.Key)?.Here() is { } standing)
                {
                    RateLimitHeaders.Set(http.Response.Headers, standing);
                }

                return Task.CompletedTask;
            });
        }

        return next(context);
    }
}
