using System.Globalization;

namespace ThotNet.Load.Throughput;

/// <summary>CPU time of processes as Linux counts it, in steps of 10 ms.</summary>
public static class CpuTime
{
    // The kernel's unit in /proc, the same on every Linux architecture that .NET runs on.
    private const int TicksPerSecond = 100;

    /// <summary>Whether this system can say.</summary>
    public static bool IsKnown => File.Exists("/proc/self/stat");

    /// <summary>User and kernel time of some servers and their child processes so far; null where the system does not tell.</summary>
    public static TimeSpan? OfAll(IEnumerable<ChildProcess> servers) =>
        IsKnown ? servers.Aggregate(TimeSpan.Zero, (sum, server) => sum + OfTree(server.Id)) : null;

    /// <summary>User and kernel time of one process so far, without its child processes; null where the system does not tell.</summary>
    /// <param name="process">Its id, or <c>self</c>.</param>
    public static TimeSpan? OfOne(string process) => IsKnown ? Of(File.ReadAllText($"/proc/{process}/stat")) : null;

    /// <summary>User and kernel time of a process and its child processes so far.</summary>
    public static TimeSpan OfTree(int process)
    {
        var sum = Of(File.ReadAllText($"/proc/{process}/stat"));
        var children = File.ReadAllText($"/proc/{process}/task/{process}/children");
        foreach (var child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries)) sum += OfTree(int.Parse(child, CultureInfo.InvariantCulture));
        return sum;
    }

    /// <summary>User and kernel time that a line of <c>/proc/N/stat</c> tells.</summary>
    public static TimeSpan Of(string stat)
    {
        // The second field is the program's name in brackets, which may itself hold spaces and brackets; utime and stime are fields 14 and 15.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
    }
}
