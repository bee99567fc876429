using ThotNet.ProviderSimulator;
using ThotNet.ProviderSimulator.Configuration;

var configuration = new ConfigurationBuilder()
    .AddJsonFile(Path.GetFullPath("simulator.json"), optional: true)
    .AddEnvironmentVariables()
    .AddCommandLine(args)
    .Build();
var options = new SimulatorOptions();
configuration.GetSection("Simulator").Bind(options);
var urls = configuration["urls"] ?? configuration["ASPNETCORE_URLS"] ?? SimulatorOptions.DefaultUrl;
try
{
    await using var app = SimulatorApp.Create(options, TimeProvider.System, urls.Split(';'));
    await app.StartAsync();
    Console.WriteLine($"The provider simulator listens on {string.Join(", ", app.Urls)}");
    await app.WaitForShutdownAsync();
    return 0;
}
catch (ArgumentException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
