namespace ThotNet.Silo.Upstream;

/// <summary>
/// Asks at the last moment whether a request may still be sent, and knows whether anything of it was. A silo that was halted between reserving and
/// sending must not spend what the authority has long given to others.
/// </summary>
/// <remarks>Safe for concurrent use: a connection may still be about to write when the attempt has already ended.</remarks>
/// <param name="maySend">Whether what was reserved may still be spent.</param>
internal sealed class SendGuard(Func<bool> maySend)
{
    private const int Untouched = 0;
    private const int Begun = 1;
    private const int Closed = 2;

    // Changed with Interlocked only.
    private int _state;
    private volatile bool _refused;

    /// <summary>A send was refused.</summary>
    public bool HasRefused => _refused;

    /// <summary>
    /// Whether the bytes may be written now. Asked anew for each try: a stale connection may break under the first, and be replaced after a while.
    /// </summary>
    public bool TryBegin()
    {
        var begins = maySend() && Interlocked.CompareExchange(ref _state, Begun, Untouched) != Closed;
        _refused |= !begins;
        return begins;
    }

    /// <summary>The attempt is over: nothing more is sent.</summary>
    /// <returns>True if nothing ever was.</returns>
    public bool CloseUnsent() => Interlocked.CompareExchange(ref _state, Closed, Untouched) != Begun;
}

/// <summary>A request could not be sent any more; see <see cref="SendGuard"/>.</summary>
internal sealed class SendRefusedException() : Exception("What was reserved for the request may not be spent any more.");
