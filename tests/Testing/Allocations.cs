namespace ThotNet.Testing;

/// <summary>Counts what a piece of work allocates.</summary>
public static class Allocations
{
    /// <summary>Bytes that the work allocates on this thread each time it is done.</summary>
    /// <remarks>The least of some runs: the first ones, and now and then a later one, hold what the runtime allocates for itself.</remarks>
    public static long Of(Action work)
    {
        var least = long.MaxValue;
        for (var run = 0; run < 5; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
