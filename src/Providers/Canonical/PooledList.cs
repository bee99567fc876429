using System.Buffers;

namespace ThotNet.Providers.Canonical;

/// <summary>A list in rented memory, which can be cut back to an earlier length, as the toolkit's pooled writers cannot.</summary>
internal sealed class PooledList<T> : IDisposable
    where T : unmanaged
{
    private const int FirstCapacity = 64;

    private T[] _items = ArrayPool<T>.Shared.Rent(FirstCapacity);

    public int Count { get; private set; }

    public ref T this[int index] => ref _items[index];

    /// <summary>The items from a place on; valid until the next one is added.</summary>
    public Span<T> From(int start) => _items.AsSpan(start, Count - start);

    public void Add(T item)
    {
        if (Count == _items.Length)
            Grow();
        _items[Count++] = item;
    }

    /// <summary>Takes the last items away.</summary>
    public void CutTo(int count) => Count = count;

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<T>.Shared.Return(_items);
        _items = [];
        Count = 0;
    }

    private void Grow()
    {
        var larger = ArrayPool<T>.Shared.Rent(_items.Length * 2);
        _items.AsSpan(0, Count).CopyTo(larger);
        ArrayPool<T>.Shared.Return(_items);
        _items = larger;
    }
}
