using System.Runtime.InteropServices;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;

namespace ThotNet.Silo.Caching;

/// <summary>The answers in this process: decoded, the least recently used ones leave first, never more bytes than allowed.</summary>
/// <remarks>
/// A full <see cref="MemoryCache"/> refuses what is new and makes room later, on another thread; here room is made first. Replacing an entry while
/// another thread removes it can spoil the library's count of bytes, so an entry is removed before its successor is added, by one thread at a time.
/// </remarks>
internal sealed class MemoryLevel : IDisposable
{
    /// <summary>What an entry takes besides its body and names, in bytes: the objects that hold it here and in the library.</summary>
    public const int Overhead = 1024;

    // How much is thrown out to make room; more and more, as entries differ in size.
    private static readonly double[] Shares = [0, 0.05, 0.1, 0.25, 0.5, 1];

    private readonly Lock _adding = new();
    private readonly MemoryCache _entries;
    private readonly long _maxBytes;
    private readonly TimeProvider _time;

    /// <summary>A level for so many bytes.</summary>
    public MemoryLevel(long maxBytes, TimeProvider time)
    {
        (_maxBytes, _time) = (maxBytes, time);
        _entries = new(new MemoryCacheOptions { SizeLimit = maxBytes, TrackStatistics = true, Clock = new Clock(time) });
    }

    /// <summary>Bytes in use.</summary>
    public long Bytes => _entries.GetCurrentStatistics()?.CurrentEstimatedSize ?? 0;

    /// <summary>Answers held.</summary>
    public int Count => _entries.Count;

    /// <summary>What an answer takes, in bytes.</summary>
    public static long SizeOf(CachedAnswer answer) =>
        Overhead + answer.Body.Length + (sizeof(char) * (long)(answer.Provider.Length + answer.Target.Length + answer.Caller.Length));

    /// <summary>The answer to a key; null without one.</summary>
    public CachedAnswer? Find(CacheKey key) => _entries.TryGetValue(key, out var found) ? found as CachedAnswer : null;

    /// <summary>Holds an answer instead of what was held at its key, if it fits at all.</summary>
    public void Put(CachedAnswer answer)
    {
        if (SizeOf(answer) > _maxBytes)
        {
            Remove(answer.Key);
            return;
        }

        var own = OwnBody(answer);
        lock (_adding)
        {
            _entries.Remove(own.Key);
            foreach (var share in Shares)
            {
                if (share > 0)
                {
                    _entries.Compact(share);
                }

                if (own.ExpiresAt <= _time.GetUtcNow() || TryAdd(own))
                {
                    return;
                }
            }
        }
    }

    /// <summary>Forgets the answer to a key.</summary>
    public void Remove(CacheKey key)
    {
        lock (_adding)
        {
            _entries.Remove(key);
        }
    }

    public void Dispose() => _entries.Dispose();

    // A body that is a small part of a large array would keep all of that in memory.
    private static CachedAnswer OwnBody(CachedAnswer answer) =>
        MemoryMarshal.TryGetArray(answer.Body, out var segment) && segment.Array!.Length == segment.Count
            ? answer
            : answer with { Body = answer.Body.ToArray() };

    private bool TryAdd(CachedAnswer answer)
    {
        using (var entry = _entries.CreateEntry(answer.Key))
        {
            entry.Value = answer;
            entry.Size = SizeOf(answer);
            entry.AbsoluteExpiration = answer.ExpiresAt;
        }

        return _entries.TryGetValue(answer.Key, out _);
    }

    private sealed class Clock(TimeProvider time) : ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}
