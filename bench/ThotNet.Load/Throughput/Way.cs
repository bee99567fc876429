namespace ThotNet.Load.Throughput;

/// <summary>One way to get an answer, again and again.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Comparator">Name of the way to compare it with, or empty.</param>
/// <param name="RunAsync">Gets answers for so long.</param>
/// <param name="Cpu">CPU time so far of the processes that it uses; null where the system does not tell.</param>
public sealed record Way(string Name, string Comparator, Func<TimeSpan, CancellationToken, Task<LoopResult>> RunAsync, Func<TimeSpan?> Cpu)
{
    /// <summary>A way over HTTP.</summary>
    public static Way OverHttp(Subject subject, string comparator, int connections, TimeProvider time) =>
        new(subject.Name, comparator, new ClosedLoop(subject, connections, time).RunAsync, () => CpuTime.OfAll(subject.Servers));
}
