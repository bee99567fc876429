using System.CommandLine;
using System.Globalization;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

return await new RootCommand("What would these quotas serve?").Parse(args).InvokeAsync();
