using System.Net;
using CommunityToolkit.HighPerformance.Buffers;

namespace ThotNet.Providers;

/// <summary>A JSON body in rented memory, sent without a copy.</summary>
/// <remarks>
/// A provider may answer before it has taken the whole body, and the request may then be disposed while its bytes are still being sent. The
/// memory therefore goes back only when neither the owner nor a send holds it; otherwise another request's text could be sent in its place.
/// </remarks>
internal sealed class PooledContent : HttpContent
{
    private readonly ArrayPoolBufferWriter<byte> _body;

    // Owner and sends that hold the memory; changed with Interlocked from any thread.
    private int _holders = 1;
    private int _disposed;

    /// <summary>Takes the body over.</summary>
    public PooledContent(ArrayPoolBufferWriter<byte> body)
    {
        _body = body;
        Headers.TryAddWithoutValidation("Content-Type", "application/json");
        Headers.ContentLength = body.WrittenCount;
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _body.WrittenCount;
        return true;
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Hold();
        try
        {
            await stream.WriteAsync(_body.WrittenMemory, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Release();
        }
    }

    /// <inheritdoc/>
    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Hold();
        try
        {
            stream.Write(_body.WrittenSpan);
        }
        finally
        {
            Release();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
            Release();
        base.Dispose(disposing);
    }

    private void Hold()
    {
        int holders;
        do
        {
            holders = Volatile.Read(ref _holders);
            ObjectDisposedException.ThrowIf(holders == 0, this);
        }
        while (Interlocked.CompareExchange(ref _holders, holders + 1, holders) != holders);
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            _body.Dispose();
    }
}
