using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Errors;
using ThotNet.Hosting.Requests;
using ThotNet.Hosting.Security;
using ThotNet.Providers;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Silo.Caching;
using ThotNet.Silo.Pipeline;

namespace ThotNet.Silo.Endpoints;

/// <summary>
/// <c>POST /v1/chat/completions</c> and <c>POST /v1/embeddings</c>: read and judge the request, then hand it to the pipeline.
/// </summary>
internal static class InferenceEndpoints
{
    private delegate ApiError? RequestReader(ReadOnlyMemory<byte> body, string caller, out ModelRequest? request);

    /// <summary>Serves one chat completion.</summary>
    public static Task ChatAsync(HttpContext http, RequestHandler handler, Audiences audiences, ThotNetOptions options) =>
        HandleAsync(http, handler, audiences, options, ReadChat);

    /// <summary>Serves one request for embeddings.</summary>
    public static Task EmbeddingsAsync(HttpContext http, RequestHandler handler, Audiences audiences, ThotNetOptions options) =>
        HandleAsync(http, handler, audiences, options, ReadEmbeddings);

    private static async Task HandleAsync(
        HttpContext http, RequestHandler handler, Audiences audiences, ThotNetOptions options, RequestReader read)
    {
        if (PatienceHeaders.Read(http.Request, options, out var patience) is { } badHeader)
        {
            await http.WriteErrorAsync(badHeader);
            return;
        }

        if (CacheControl.Read(http.Request, out var control) is { } badControl)
        {
            await http.WriteErrorAsync(badControl);
            return;
        }

        if (JsonContentType.Check(http.Request) is { } notJson)
        {
            await http.WriteErrorAsync(notJson);
            return;
        }

        if (audiences.Find(http.Request.Headers, out var audience) is { } unknown)
        {
            await http.WriteErrorAsync(unknown);
            return;
        }

        var (body, error) = await RequestBody.ReadAsync(http, options.Access.MaxBodyBytes, http.RequestAborted);
        using (body)
        {
            ModelRequest? request = null;
            error ??= read(body!.Memory, http.Request.Headers[GatewaySecret.KeyIdHeader].ToString(), out request);
            if (error is not null)
            {
                await http.WriteErrorAsync(error);
                return;
            }

            request!.Audience = audience;
            await handler.HandleAsync(http, request, patience, control);
        }
    }

    private static ApiError? ReadChat(ReadOnlyMemory<byte> body, string caller, out ModelRequest? request)
    {
        var error = ChatRequestReader.Read(body, out var chat, caller);
        request = chat;
        return error;
    }

    private static ApiError? ReadEmbeddings(ReadOnlyMemory<byte> body, string caller, out ModelRequest? request)
    {
        var error = EmbeddingsRequestReader.Read(body, out var embeddings, caller);
        request = embeddings;
        return error;
    }
}
