using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace ThotNet.Hosting.Requests;

/// <summary>
/// Gives every request an id: the caller's <c>x-request-id</c> when it is 1 to 128 characters of <c>[A-Za-z0-9._:-]</c>, else a new one. It is
/// the request's <see cref="HttpContext.TraceIdentifier"/>, the request header that is passed on, and a header of the answer.
/// </summary>
public sealed class RequestIdMiddleware(RequestDelegate next, ILogger<RequestIdMiddleware> log)
{
    /// <summary>Name of the header.</summary>
    public const string Header = "x-request-id";

    /// <summary>Name of the header with the caller's own id (wire.md 1.5); only logged.</summary>
    public const string ClientHeader = "x-client-request-id";

    private const int MaxLength = 128;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    private static readonly Func<ILogger, string, string?, IDisposable?> Scope =
        LoggerMessage.DefineScope<string, string?>("RequestId:{RequestId} ClientRequestId:{ClientRequestId}");

    /// <summary>Handles one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
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

/// <summary>Switches on <see cref="RequestIdMiddleware"/>.</summary>
public static class RequestIdExtensions
{
    /// <summary>Gives every request an id; put it first.</summary>
    /// <param name="app">The application.</param>
    public static IApplicationBuilder UseRequestId(this IApplicationBuilder app) => app.UseMiddleware<RequestIdMiddleware>();
}
