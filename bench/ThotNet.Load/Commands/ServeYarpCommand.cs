using System.CommandLine;
using ThotNet.Load.Throughput;
using Yarp.ReverseProxy.Configuration;

namespace ThotNet.Load.Commands;

/// <summary><c>serve-yarp</c>: YARP with one route to one destination and nothing else, the comparator of throughput runs.</summary>
public static class ServeYarpCommand
{
    private static readonly Option<int> Port = new("--port") { Required = true };
    private static readonly Option<Uri> To = Options.Url("--to", "Where requests are forwarded", required: true);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("serve-yarp", "A bare YARP for throughput runs") { Port, To };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(Port), parsed.GetRequiredValue(To), cancellation));
        return command;
    }

    private static async Task RunAsync(int port, Uri to, CancellationToken cancellation)
    {
        var builder = Loopback.Server(port);
        var route = new RouteConfig { RouteId = "all", ClusterId = "all", Match = new RouteMatch { Path = "{**path}" } };
        var destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = to.AbsoluteUri } };
        var cluster = new ClusterConfig { ClusterId = "all", Destinations = destinations };
        builder.Services.AddRouting();
        builder.Services.AddReverseProxy().LoadFromMemory([route], [cluster]);
        var app = builder.Build();
        app.MapReverseProxy();
        await app.RunAsync(cancellation);
    }
}
