using System.Buffers;
using CommunityToolkit.HighPerformance.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Errors;

namespace ThotNet.Hosting.Requests;

/// <summary>Reads request bodies whole into pooled memory.</summary>
public static class RequestBody
{
    /// <summary>How long a body may stop coming before the answer is 408.</summary>
    public static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(10);

    // A caller that announces much and sends little must not make us reserve much.
    private const int FirstBuffer = 64 * 1024;

    /// <summary>
    /// Reads the whole body. A body larger than <paramref name="maxBytes"/> is refused as soon as that is known: at once when announced, else
    /// when the count passes the limit; the server then drains the rest. A body that stalls for <see cref="StallTimeout"/> is refused with 408.
    /// </summary>
    /// <param name="context">The request; its <see cref="TimeProvider"/> service, if any, measures the stall.</param>
    /// <param name="maxBytes">Largest size in bytes, at least 1.</param>
    /// <param name="cancellation">Ends the reading with an exception, as the caller's leaving does.</param>
    /// <returns>Either the body, to be disposed once nobody reads its memory any more, or the error to answer with.</returns>
    public static async ValueTask<(IMemoryOwner<byte>? Body, ApiError? Error)> ReadAsync(
        HttpContext context, int maxBytes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        var announced = context.Request.ContentLength;
        if (announced > maxBytes)
            return (null, StatusErrors.BodyTooLarge(maxBytes));

        var body = new ArrayPoolBufferWriter<byte>((int)Math.Clamp(announced + 1 ?? FirstBuffer, 1, FirstBuffer));
        try
        {
            if (await FillAsync(body, context, maxBytes, cancellation) is not { } error)
                return (body, null);
            body.Dispose();
            return (null, error);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static async ValueTask<ApiError?> FillAsync(
        ArrayPoolBufferWriter<byte> body, HttpContext context, int maxBytes, CancellationToken cancellation)
    {
        var time = context.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System;
        using var stall = new CancellationTokenSource(StallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellation, context.RequestAborted);
        try
        {
            while (true)
            {
                var count = await context.Request.Body.ReadAsync(body.GetMemory(), either.Token);
                if (count == 0)
                    return null;
                body.Advance(count);
                if (body.WrittenCount > maxBytes)
                    return StatusErrors.BodyTooLarge(maxBytes);
                stall.CancelAfter(StallTimeout);
            }
        }
        catch (OperationCanceledException) when (
            stall.IsCancellationRequested && !cancellation.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            return Stalled(context);
        }
        catch (BadHttpRequestException bad) when (bad.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            return Stalled(context);
        }
    }

    // The rest of the body may still come, so the connection cannot serve another request.
    private static ApiError Stalled(HttpContext context)
    {
        context.Response.Headers.Connection = "close";
        return StatusErrors.RequestTimeout;
    }
}
