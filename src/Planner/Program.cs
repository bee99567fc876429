using System.Globalization;
using ThotNet.Planner.Commands;
using ThotNet.Planner.Simulation;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

return await PlannerCommands.RunAsync(
    args,
    Simulation.Run,
    TimeProvider.System, Console.Out, Console.Error, CancellationToken.None);
