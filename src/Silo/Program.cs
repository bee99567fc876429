using ThotNet.Hosting;
using ThotNet.Hosting.Health;
using ThotNet.Silo;

return await HealthProbe.RunAsync(args) ?? await ThotNetProgram.RunAsync(() =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddThotNetSilo(SiloMembership.Redis);
    var app = builder.Build();
    app.MapThotNetSilo();
    return app.RunAsync();
});
