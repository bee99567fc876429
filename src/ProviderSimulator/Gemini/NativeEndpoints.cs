using ThotNet.ProviderSimulator.Dialects;
using ThotNet.ProviderSimulator.Serving;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>The paths of Google's own API: <c>/models/{model}:{method}</c>.</summary>
internal static class NativeEndpoints
{
    public static void MapNativeGemini(this IEndpointRouteBuilder routes, Provider provider, RequestHandler handler)
    {
        var group = routes.MapGroup(NativeDialect.BasePath);
        group.MapPost("/models/{target}", context => Post(context, handler));
        group.MapGet("/models", context => Get(context, provider, ModelList.Page(provider, context.Request.Query)));
        group.MapGet("/models/{model}", context =>
            Get(context, provider, ModelList.One(provider, (string)context.Request.RouteValues["model"]!)));
    }

    private static Task Post(HttpContext context, RequestHandler handler)
    {
        var target = (string)context.Request.RouteValues["target"]!;
        var colon = target.LastIndexOf(':');
        var (model, method) = colon < 0 ? (target, "") : (target[..colon], target[(colon + 1)..]);
        var sse = context.Request.Query["alt"] == "sse";
        Operation? operation = method switch
        {
            "generateContent" => new GenerateOperation(new NativeDialect(method, false), model, StreamForm.None),
            "streamGenerateContent" => new GenerateOperation(
                new NativeDialect(method, !sse), model, sse ? StreamForm.Events : StreamForm.Array),
            "countTokens" => new CountTokensOperation(new NativeDialect(method, false), model),
            "embedContent" => new EmbedOperation(new NativeDialect(method, false), model, batch: false),
            "batchEmbedContents" => new EmbedOperation(new NativeDialect(method, false), model, batch: true),
            _ => null,
        };
        if (operation is not null)
            return handler.Handle(context, operation);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static Task Get(HttpContext context, Provider provider, Reply reply) => ProviderEndpoints.Write(
        context, provider.Authenticate(new NativeDialect("getModel", false), context.Request).Refusal ?? reply);
}
