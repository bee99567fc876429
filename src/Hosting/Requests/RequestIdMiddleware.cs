using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace ThotNet.Hosting.Requests;

/// <summary>Keeps the caller's <c>x-request-id</c> when it is 1 to 128 characters of <c>[A-Za-z0-9._:-]</c>, else makes a new one.</summary>
internal sealed class RequestIdMiddleware(RequestDelegate next, ILogger<RequestIdMiddleware> log)
{
    private const string Header = "x-request-id";

    // The caller's own id (wire.md 1.5); only logged.
    private const string ClientHeader = "x-client-request-id";

    private const int MaxLength = 128;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    private static readonly Func<ILogger, string, string?, IDisposable?> Scope =
        LoggerMessage.DefineScope<string, string?>("RequestId:{RequestId} ClientRequestId:{ClientRequestId}");

    public async Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var id = Usable(headers[Header]) ?? $"req_{Guid.NewGuid():N}";
        headers[Header] = id;
        context.TraceIdentifier = id;
        // Set last, so that neither an error nor a forwarded answer can drop or double it.
        context.Response.OnStarting(static state => SetHeader((HttpContext)state), context);
        using (Scope(log, id, Usable(headers[ClientHeader])))
            await next(context);
    }

    private static Task SetHeader(HttpContext context)
    {
        context.Response.Headers[Header] = context.TraceIdentifier;
        return Task.CompletedTask;
    }

    private static string? Usable(StringValues value) =>
        value is [{ Length: > 0 and <= MaxLength } id] && !id.AsSpan().ContainsAnyExcept(Allowed) ? id : null;
}

/// <summary>Switches on the ids of requests.</summary>
public static class RequestIdExtensions
{
    /// <summary>
    /// Gives every request an id, the caller's <c>x-request-id</c> where it is usable; put it first. The id is the request's
    /// <see cref="HttpContext.TraceIdentifier"/>, the request header that is passed on, and a header of the answer.
    /// </summary>
    /// <param name="app">The application.</param>
    public static IApplicationBuilder UseRequestId(this IApplicationBuilder app) => app.UseMiddleware<RequestIdMiddleware>();
}
