using System.Globalization;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Errors;
using ThotNet.Hosting.Requests;
using ThotNet.Hosting.Security;
using ThotNet.Providers.Chat;
using ThotNet.Silo.Pipeline;

namespace ThotNet.Silo.Endpoints;

/// <summary><c>POST /v1/chat/completions</c>: reads and judges the request, then hands it to the pipeline.</summary>
internal static class ChatCompletionsEndpoint
{
    private const string MaxWaitHeader = "x-thotnet-max-wait";
    private const int LongestWaitSeconds = 120;

    /// <summary>Serves one request.</summary>
    public static async Task HandleAsync(HttpContext http, RequestPipeline pipeline, ThotNetOptions options)
    {
        if (PatienceOf(http.Request, options.Routing, out var patience) is { } badHeader)
        {
            await http.WriteErrorAsync(badHeader);
            return;
        }

        if (JsonContentType.Check(http.Request) is { } notJson)
        {
            await http.WriteErrorAsync(notJson);
            return;
        }

        var (body, error) = await RequestBody.ReadAsync(http, options.Access.MaxBodyBytes, http.RequestAborted);
        using (body)
        {
            ChatRequest? request = null;
            error ??= ChatRequestReader.Read(body!.Memory, out request, CallerOf(http.Request));
            if (error is not null)
            {
                await http.WriteErrorAsync(error);
                return;
            }

            await pipeline.HandleAsync(http, request!, patience);
        }
    }

    private static string CallerOf(HttpRequest request) => request.Headers[GatewaySecret.KeyIdHeader].ToString();

    private static ApiError? PatienceOf(HttpRequest request, RoutingOptions routing, out TimeSpan patience)
    {
        patience = routing.Patience;
        if (!request.Headers.TryGetValue(MaxWaitHeader, out var value))
        {
            return null;
        }

        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > LongestWaitSeconds)
        {
            return ApiError.Invalid($"The header {MaxWaitHeader} must be a whole number of seconds from 0 to {LongestWaitSeconds}.", MaxWaitHeader);
        }

        patience = TimeSpan.FromSeconds(seconds);
        return null;
    }
}
