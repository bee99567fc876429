using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Errors;
using ThotNet.Hosting.Requests;
using ThotNet.Hosting.Security;
using ThotNet.Providers;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Tokens;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Endpoints;

/// <summary>
/// <c>POST /v1/chat/completions</c> and <c>POST /v1/embeddings</c>: read and judge the request, then hand it to the pipeline.
/// </summary>
internal static class InferenceEndpoints
{
    private delegate ApiError? RequestReader(ReadOnlyMemory<byte> body, string caller, PromptTokenizer? tokenizer, out ModelRequest? request);

    /// <summary>Serves one chat completion.</summary>
    public static Task ChatAsync(HttpContext http, RequestPipeline pipeline, PromptCounting counting, Audiences audiences, ThotNetOptions options) =>
        HandleAsync(http, pipeline, counting, audiences, options, ReadChat);

    /// <summary>Serves one request for embeddings.</summary>
    public static Task EmbeddingsAsync(HttpContext http, RequestPipeline pipeline, PromptCounting counting, Audiences audiences, ThotNetOptions options) =>
        HandleAsync(http, pipeline, counting, audiences, options, ReadEmbeddings);

    private static async Task HandleAsync(
        HttpContext http, RequestPipeline pipeline, PromptCounting counting, Audiences audiences, ThotNetOptions options, RequestReader read)
    {
        if (PatienceHeaders.Read(http.Request, options, out var patience) is { } badHeader)
        {
            await http.WriteErrorAsync(badHeader);
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
            error ??= read(body!.Memory, http.Request.Headers[GatewaySecret.KeyIdHeader].ToString(), counting.Tokenizer, out request);
            if (error is not null)
            {
                await http.WriteErrorAsync(error);
                return;
            }

            request!.Audience = audience;
            await pipeline.HandleAsync(http, request, patience);
        }
    }

    private static ApiError? ReadChat(ReadOnlyMemory<byte> body, string caller, PromptTokenizer? tokenizer, out ModelRequest? request)
    {
        var error = ChatRequestReader.Read(body, out var chat, caller, tokenizer);
        request = chat;
        return error;
    }

    private static ApiError? ReadEmbeddings(ReadOnlyMemory<byte> body, string caller, PromptTokenizer? tokenizer, out ModelRequest? request)
    {
        var error = EmbeddingsRequestReader.Read(body, out var embeddings, caller, tokenizer);
        request = embeddings;
        return error;
    }
}
