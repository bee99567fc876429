using ThotNet.Gateway;
using ThotNet.Hosting;
using ThotNet.Hosting.Health;

return await HealthProbe.RunAsync(args) ?? await ThotNetProgram.RunAsync(() => GatewayApp.Build(args).RunAsync());
