using System.Runtime.InteropServices;

namespace ThotNet.Routing.Waiting;

/// <summary>
/// Turns between keys: the n-th waiting request of each key has the same rank, and a key that comes later begins where the others stand (self-clocked
/// fair queueing). Keys that do not wait are not remembered.
/// </summary>
internal sealed class FairTags
{
    private readonly Dictionary<(int Priority, string Key), (double Last, int Waiting)> _keys = [];
    private readonly Dictionary<int, double> _served = [];

    /// <summary>The rank that a new request of a key would have.</summary>
    public double Peek(int priority, string key) =>
        Math.Max(_served.GetValueOrDefault(priority), _keys.TryGetValue((priority, key), out var known) ? known.Last : 0) + 1;

    /// <summary>The rank of a new request of a key.</summary>
    public double Take(int priority, string key)
    {
        var tag = Peek(priority, key);
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_keys, (priority, key), out _);
        known = (tag, known.Waiting + 1);
        return tag;
    }

    /// <summary>A request of a key waits no longer.</summary>
    public void Release(int priority, string key, double tag, bool isServed)
    {
        if (isServed)
        {
            _served[priority] = Math.Max(_served.GetValueOrDefault(priority), tag);
        }

        ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(_keys, (priority, key));
        if (--known.Waiting == 0)
        {
            _keys.Remove((priority, key));
        }
    }
}
