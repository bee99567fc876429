using ThotNet.Load.Throughput;

namespace ThotNet.Load.Caching;

/// <summary>One way to get a stored answer, one after the other.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Comparator">Name of the way to compare it with, or empty.</param>
/// <param name="RunAsync">Gets it again and again for so long.</param>
/// <param name="Cpu">CPU time so far of the processes that it uses; null where the system does not tell.</param>
public sealed record Lookup(string Name, string Comparator, Func<TimeSpan, CancellationToken, Task<LoopResult>> RunAsync, Func<TimeSpan?> Cpu)
{
    /// <summary>A way over HTTP, with one connection.</summary>
    public static Lookup OverHttp(Subject subject, string comparator, TimeProvider time) =>
        new(subject.Name, comparator, new ClosedLoop(subject, connections: 1, time).RunAsync, () => CpuTime.OfAll(subject.Servers));

    /// <summary>A way within this process, that asks a server.</summary>
    public static Lookup InProcess(string name, string comparator, Func<ValueTask<bool>> look, ChildProcess server, TimeProvider time) =>
        new(name, comparator, new LookupLoop(look, time).RunAsync, () => CpuTime.OfOne("self") + CpuTime.OfOne($"{server.Id}"));
}
