using Microsoft.AspNetCore.Http;
using ThotNet.Hosting.Configuration;

namespace ThotNet.Hosting.Errors;

/// <summary>
/// Refuses requests with too many or too large headers (431), with too long URLs (414), and API requests above the concurrency limit (503).
/// Health and metrics are never refused for load: a busy process is not a sick one.
/// </summary>
internal sealed class LimitMiddleware(RequestDelegate next, ThotNetOptions options)
{
    private const int MaxUrlLength = 8192;

    private readonly AccessOptions _limits = options.Access;

    // Requests in work; changed with Interlocked only.
    private int _running;

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (IsTooLarge(request.Headers))
        {
            await context.WriteErrorAsync(StatusErrors.For(431, request));
            return;
        }

        if (request.Path.Value!.Length + request.QueryString.Value!.Length > MaxUrlLength)
        {
            await context.WriteErrorAsync(StatusErrors.For(414, request));
            return;
        }

        if (request.Path.StartsWithSegments("/v1"))
            await RunLimitedAsync(context);
        else
            await next(context);
    }

    private async Task RunLimitedAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _running) > _limits.MaxConcurrentRequests)
                await context.WriteErrorAsync(StatusErrors.Overloaded);
            else
                await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private bool IsTooLarge(IHeaderDictionary headers)
    {
        var count = 0;
        var bytes = 0;
        foreach (var (name, values) in headers)
        {
            count += values.Count;
            foreach (var value in values)
                bytes += name.Length + (value?.Length ?? 0) + 4; // ": " and the line's end
        }

        return count > _limits.MaxHeaders || bytes > _limits.MaxHeaderBytes;
    }
}
