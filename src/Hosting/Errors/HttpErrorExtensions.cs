using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using ThotNet.Grains.Abstractions.Errors;

namespace ThotNet.Hosting.Errors;

/// <summary>Answers a request with OpenAI's error object (wire.md 1.4).</summary>
public static class HttpErrorExtensions
{
    private static readonly object Broken = new();

    // Official clients hang for minutes, or stop retrying, above this (wire.md 1.6).
    private const int MaxPointlessRetryAfter = 60;

    /// <summary>
    /// Writes the error with its status and retry headers, in the caller's language; headers that were set before stay. When the answer has already begun nothing can be
    /// said any more, so the answer is broken off: a clean end would look like success.
    /// </summary>
    /// <param name="context">The request to answer.</param>
    /// <param name="error">What to say.</param>
    public static Task WriteErrorAsync(this HttpContext context, ApiError error)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(error);
        var response = context.Response;
        if (response.HasStarted)
        {
            context.BreakOff();
            return Task.CompletedTask;
        }

        var body = new ArrayBufferWriter<byte>(256);
        error.WriteTo(body, context.PrefersSpanish(error));
        response.StatusCode = error.Status;
        response.Headers.ContentEncoding = default;
        response.Headers.CacheControl = default;
        response.ContentType = "application/json";
        response.ContentLength = body.WrittenCount;
        SetRetryHeaders(response.Headers, error);
        SetLanguageHeaders(context, error);
        return response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }

    /// <summary>Whether the caller is told of the error in Spanish: the header <c>Accept-Language</c> asks for it, and the error has it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">What to say.</param>
    public static bool PrefersSpanish(this HttpContext context, ApiError error)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(error);
        return error.Spanish is not null && AcceptLanguage.PrefersSpanish(context.Request.Headers.AcceptLanguage.ToString());
    }

    /// <summary>
    /// Lets the answer end without its proper end once the request's handler returns: the caller gets all that was written, then sees a broken
    /// body. <see cref="HttpContext.Abort"/> would reset the connection and could swallow the last bytes, such as the error event of a stream.
    /// Works below <c>UseThotNetErrors</c>.
    /// </summary>
    /// <param name="context">The request whose answer has begun.</param>
    public static void BreakOff(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Items[Broken] = Broken;
    }

    /// <summary>True after <see cref="BreakOff"/>.</summary>
    internal static bool IsBrokenOff(this HttpContext context) => context.Items.ContainsKey(Broken);

    private static void SetLanguageHeaders(HttpContext context, ApiError error)
    {
        if (error.Spanish is null)
            return;
        var headers = context.Response.Headers;
        headers.ContentLanguage = context.PrefersSpanish(error) ? "es" : "en";
        headers.Append(HeaderNames.Vary, HeaderNames.AcceptLanguage);
    }

    private static void SetRetryHeaders(IHeaderDictionary headers, ApiError error)
    {
        if (error.RetryAfterSeconds is { } seconds)
        {
            seconds = error.ShouldRetry ? seconds : Math.Min(seconds, MaxPointlessRetryAfter);
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            headers["retry-after-ms"] = (seconds * 1000L).ToString(CultureInfo.InvariantCulture);
        }

        if (!error.ShouldRetry)
            headers["x-should-retry"] = "false";
        if (error.ResetsAt is { } reset)
            headers["x-thotnet-reset"] = reset.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
