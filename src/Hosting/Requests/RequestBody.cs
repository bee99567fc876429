using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Errors;

namespace ThotNet.Hosting.Requests;

/// <summary>A request body, read whole into pooled memory. One owner, who disposes it once nobody reads <see cref="Memory"/> any more.</summary>
public sealed class RequestBody : IDisposable
{
    /// <summary>How long a body may stop coming before the answer is 408.</summary>
    public static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(10);

    // A caller that announces much and sends little must not make us reserve much.
    private const int FirstBuffer = 64 * 1024;

    private byte[] _buffer;
    private int _length;

    private RequestBody(int size) => _buffer = ArrayPool<byte>.Shared.Rent(size);

    /// <summary>The bytes; valid until <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>
    /// Reads the whole body. A body larger than <paramref name="maxBytes"/> is refused as soon as that is known: at once when announced, else
    /// when the count passes the limit; the server then drains the rest. A body that stalls for <see cref="StallTimeout"/> is refused with 408.
    /// </summary>
    /// <param name="context">The request; its <see cref="TimeProvider"/> service, if any, measures the stall.</param>
    /// <param name="maxBytes">Largest size in bytes, at least 1.</param>
    /// <param name="cancellation">Ends the reading with an exception, as the caller's leaving does.</param>
    /// <returns>Either the body, to be disposed, or the error to answer with.</returns>
    public static async ValueTask<(RequestBody? Body, ApiError? Error)> ReadAsync(HttpContext context, int maxBytes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        var announced = context.Request.ContentLength;
        if (announced > maxBytes)
            return (null, StatusErrors.BodyTooLarge(maxBytes));

        var body = new RequestBody((int)Math.Clamp(announced + 1 ?? FirstBuffer, 1, FirstBuffer));
        try
        {
            if (await body.FillAsync(context, maxBytes, cancellation) is not { } error)
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

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (_buffer.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private async ValueTask<ApiError?> FillAsync(HttpContext context, int maxBytes, CancellationToken cancellation)
    {
        var time = context.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System;
        using var stall = new CancellationTokenSource(StallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellation, context.RequestAborted);
        try
        {
            while (true)
            {
                var count = await context.Request.Body.ReadAsync(_buffer.AsMemory(_length), either.Token);
                if (count == 0)
                    return null;
                _length += count;
                if (_length > maxBytes)
                    return StatusErrors.BodyTooLarge(maxBytes);
                if (_length == _buffer.Length)
                    Grow();
                stall.CancelAfter(StallTimeout);
            }
        }
        catch (OperationCanceledException) when (stall.IsCancellationRequested && !cancellation.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
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

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(checked(_buffer.Length * 2));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
