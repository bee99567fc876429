using ThotNet.Hosting;
using ThotNet.Standalone;

return await ThotNetProgram.RunAsync(async () =>
{
    await using var host = await StandaloneHost.StartAsync(args);
    Banner.Print(host, Console.Out);
    await host.WaitForShutdownAsync();
});
