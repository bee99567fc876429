using System.Globalization;
using ThotNet.Planner.Commands;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

return await PlannerCommands.RunAsync(
    args,
    (_, policy, _, _, _) => throw new NotSupportedException($"Nothing simulates {policy} yet."),
    TimeProvider.System, Console.Out, Console.Error, CancellationToken.None);
