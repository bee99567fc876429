using System.Text.Json;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>A store that fails every 11th write, applies every 13th but says that it failed, unless it is reliable; it may lose records.</summary>
internal sealed class WorldStore(bool isReliable = false)
{
    private readonly List<(string Json, long LastLease)> _records = [(JsonSerializer.Serialize(new QuotaState()), 0)];
    private int _writes;

    public bool IsEmpty => _records.Count == 0;

    public QuotaState Read() => IsEmpty ? new() : JsonSerializer.Deserialize<QuotaState>(_records[^1].Json)!;

    public bool TryWrite(QuotaState state)
    {
        _writes++;
        if (!isReliable && _writes % 11 == 0)
        {
            return false;
        }

        _records.Add((JsonSerializer.Serialize(state), state.LastLease));
        return isReliable || _writes % 13 != 0;
    }

    public void Empty() => _records.Clear();

    /// <summary>Goes back to one of the last records that do not know a lease.</summary>
    /// <returns>The last lease that is still known, or null when there is no such record.</returns>
    public long? RollBack(long lease, int which)
    {
        var older = _records.FindLastIndex(record => record.LastLease < lease) - (which % 4);
        if (older < 0)
        {
            return null;
        }

        _records.RemoveRange(older + 1, _records.Count - older - 1);
        return _records[^1].LastLease;
    }
}
