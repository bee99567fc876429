using System.Net.Http.Headers;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Errors;
using ThotNet.Hosting.Security;

namespace ThotNet.Gateway.Access;

/// <summary>
/// Lets only callers with a known key pass, and replaces what they sent to prove it by what a silo trusts: the gateway's secret and the key's id.
/// </summary>
internal sealed class AccessMiddleware(RequestDelegate next, CallerKeys keys, GatewaySecret secret)
{
    private static readonly ApiError MissingKey = new(
        401, "You didn't provide an API key. Send it in the header Authorization: Bearer YOUR_KEY.", "invalid_request_error", "invalid_api_key")
    {
        Spanish = "Falta la clave de API. Envíela en la cabecera Authorization: Bearer SU_CLAVE.",
    };

    private static readonly ApiError WrongKey = new(401, "Incorrect API key provided.", "invalid_request_error", "invalid_api_key")
    {
        Spanish = "La clave de API no es correcta.",
    };

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (!AuthenticationHeaderValue.TryParse(headers.Authorization, out var shown)
            || !shown.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || string.IsNullOrEmpty(shown.Parameter))
            return RefuseAsync(context, MissingKey);
        if (keys.Ring.Find(shown.Parameter) is not { } id)
            return RefuseAsync(context, WrongKey);

        headers.Authorization = default;
        // Assigned, not added: whatever a caller put there is gone.
        headers[GatewaySecret.Header] = secret.IsConfigured ? secret.Value : default;
        headers[GatewaySecret.KeyIdHeader] = id;
        return next(context);
    }

    private static Task RefuseAsync(HttpContext context, ApiError error)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return context.WriteErrorAsync(error);
    }
}
