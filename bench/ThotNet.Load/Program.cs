using System.CommandLine;
using System.Globalization;
using ThotNet.Load.Commands;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var root = new RootCommand("Load for ThotNet: recorded traffic replayed in an open loop, closed loops against comparators, and faults.")
{
    ReplayCommand.Create(),
    ThroughputCommand.Create(),
    CacheCommand.Create(),
    ChaosCommand.Create(),
    DecisionsCommand.Create(),
    ServeUpstreamCommand.Create(),
    ServeYarpCommand.Create(),
};

// Room to end child processes after Ctrl+C.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
