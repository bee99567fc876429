namespace ThotNet.ProviderSimulator.Control;

/// <summary>The last requests: a ring of fixed size.</summary>
internal sealed class RequestLog(int size)
{
    private readonly Lock _lock = new();
    private readonly RequestRecord?[] _ring = new RequestRecord?[size]; // Owned by _lock.
    private long _added; // Owned by _lock.

    public void Add(RequestRecord record)
    {
        lock (_lock)
            _ring[_added++ % size] = record;
    }

    /// <summary>At most <paramref name="count"/> requests, the oldest first.</summary>
    public List<RequestRecord> Last(int count)
    {
        lock (_lock)
        {
            var held = (int)Math.Clamp(count, 0, Math.Min(_added, size));
            return [.. Enumerable.Range(0, held).Select(i => _ring[(_added - held + i) % size]!)];
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            Array.Clear(_ring);
            _added = 0;
        }
    }
}
