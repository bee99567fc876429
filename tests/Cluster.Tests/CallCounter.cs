using System.Collections.Concurrent;

namespace ThotNet.Cluster.Tests;

/// <summary>Counts the calls of each grain method, on all silos.</summary>
public sealed class CallCounter : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, int> _counts = new();

    public int this[string method] => _counts.GetValueOrDefault(method);

    public Task Invoke(IIncomingGrainCallContext context)
    {
        _counts.AddOrUpdate(context.ImplementationMethod.Name, 1, static (_, count) => count + 1);
        return context.Invoke();
    }
}
