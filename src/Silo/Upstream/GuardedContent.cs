using System.Net;

namespace ThotNet.Silo.Upstream;

/// <summary>A request's body that is written only while its guard allows it. The headers are sent together with its first bytes.</summary>
internal sealed class GuardedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly SendGuard _guard;

    /// <summary>Takes the body over.</summary>
    public GuardedContent(HttpContent inner, SendGuard guard)
    {
        _inner = inner;
        _guard = guard;
        foreach (var (name, values) in inner.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _inner.Headers.ContentLength ?? 0;
        return _inner.Headers.ContentLength is not null;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _guard.TryBegin() ? _inner.CopyToAsync(stream, context, cancellationToken) : throw new SendRefusedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
