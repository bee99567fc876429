using System.Collections.Concurrent;
using ThotNet.Silo.Quota;

namespace ThotNet.Cluster.Tests;

/// <summary>
/// How many requests wait at each silo, as they see it themselves: one that the silo has let go still waits until it goes on. Safe for concurrent use.
/// </summary>
public sealed class Callers
{
    private readonly ConcurrentDictionary<LeaseBook, int> _waiting = new();

    public int At(LeaseBook book) => _waiting.GetValueOrDefault(book);

    public void Enter(LeaseBook book) => _waiting.AddOrUpdate(book, 1, static (_, count) => count + 1);

    public void Leave(LeaseBook book) => _waiting.AddOrUpdate(book, 0, static (_, count) => count - 1);
}
