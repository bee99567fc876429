using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http.Features;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Errors;
using ThotNet.Hosting.Requests;

namespace ThotNet.Gateway.Proxy;

/// <summary>
/// Reads the body whole into pooled memory before a silo is chosen: bad ones are refused here, a slow caller holds no silo, and a retry can send
/// it again.
/// </summary>
internal sealed class BodyMiddleware(RequestDelegate next, ThotNetOptions options)
{
    private readonly int _maxBytes = options.Access.MaxBodyBytes;

    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false } ? next(context) : ReadAsync(context);

    private async Task ReadAsync(HttpContext context)
    {
        if (JsonContentType.Check(context.Request) is { } wrong)
        {
            await context.WriteErrorAsync(wrong);
            return;
        }

        var (body, error) = await RequestBody.ReadAsync(context, _maxBytes, context.RequestAborted);
        if (body is null)
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        using (body)
            await ForwardAsync(context, body.Memory);
    }

    private async Task ForwardAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        var request = context.Request;
        var original = request.Body;
        MemoryMarshal.TryGetArray(body, out var bytes);
        request.Body = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        request.Headers.TransferEncoding = default;
        request.Headers.Expect = default;
        request.ContentLength = body.Length;
        try
        {
            await next(context);
        }
        finally
        {
            // The pooled memory is about to go back.
            request.Body = original;
        }
    }
}
