using Microsoft.AspNetCore.Http;
using ThotNet.Grains.Abstractions.Errors;

namespace ThotNet.Hosting.Errors;

/// <summary>The error objects for statuses that say nothing by themselves.</summary>
public static class StatusErrors
{
    private const int MaxShownPath = 200;

    /// <summary>The error for a bare status, 400 to 599, of the server or the framework.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="request">The request, for the method and path in the message.</param>
    public static ApiError For(int status, HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var shown = Shown(request);
        return status switch
        {
            404 => Invalid(404, $"Invalid URL ({shown}).", "unknown_url", $"URL no válida ({shown})."),
            405 => Invalid(405, $"Method not allowed ({shown}).", "method_not_allowed", $"Método no permitido ({shown})."),
            408 => RequestTimeout,
            411 => Invalid(
                411, "A Content-Length header or a chunked body is needed.", null, "Falta la cabecera Content-Length o un cuerpo enviado por partes."),
            413 => Invalid(413, "The request body is too large.", "request_too_large", "El cuerpo de la solicitud es demasiado grande."),
            414 => Invalid(414, "The URL is too long.", "uri_too_long", "La URL es demasiado larga."),
            415 => UnsupportedMediaType,
            431 => Invalid(
                431, "The request headers are too large or too many.", "request_headers_too_large",
                "Las cabeceras de la solicitud son demasiado grandes o demasiadas."),
            503 => ApiError.Unavailable("The service is not available right now.") with { Spanish = "El servicio no está disponible en este momento." },
            >= 500 => new ApiError(status, "The server had an error while processing the request.", "server_error", RetryAfter: TimeSpan.FromSeconds(1))
            {
                Spanish = "El servidor tuvo un error al procesar la solicitud.",
            },
            _ => Invalid(status, "The request is not valid.", null, "La solicitud no es válida."),
        };
    }

    /// <summary>408 for a body that stopped coming.</summary>
    public static ApiError RequestTimeout { get; } =
        Invalid(408, "The request body did not arrive in time.", "request_timeout", "El cuerpo de la solicitud no llegó a tiempo.");

    /// <summary>415 for a body that is not JSON in UTF-8.</summary>
    public static ApiError UnsupportedMediaType { get; } = Invalid(
        415, "The request body must be JSON in UTF-8: send the header Content-Type: application/json.", "unsupported_media_type",
        "El cuerpo de la solicitud debe ser JSON en UTF-8: envíe la cabecera Content-Type: application/json.");

    /// <summary>503 for a process that works on as many requests as it may.</summary>
    public static ApiError Overloaded { get; } =
        new(503, "The server is overloaded. Try again in a moment.", "server_error", "server_is_overloaded", RetryAfter: TimeSpan.FromSeconds(1))
        {
            Spanish = "El servidor está sobrecargado. Inténtelo de nuevo en un momento.",
        };

    /// <summary>413 that names the limit.</summary>
    /// <param name="maxBytes">The largest body allowed, in bytes.</param>
    public static ApiError BodyTooLarge(int maxBytes) => Invalid(
        413, $"The request body is larger than {maxBytes} bytes.", "request_too_large", $"El cuerpo de la solicitud ocupa más de {maxBytes} bytes.");

    private static ApiError Invalid(int status, string message, string? code, string spanish) =>
        new(status, message, "invalid_request_error", code) { Spanish = spanish };

    private static string Shown(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        return $"{request.Method} {(path.Length > MaxShownPath ? path[..MaxShownPath] : path)}";
    }
}
