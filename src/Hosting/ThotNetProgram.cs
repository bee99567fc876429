using ThotNet.Hosting.Configuration;

namespace ThotNet.Hosting;

/// <summary>Runs a program's main part and turns mistakes in the configuration into readable lines.</summary>
public static class ThotNetProgram
{
    /// <summary>
    /// Runs <paramref name="main"/>. Mistakes in the configuration are all printed to standard error, without a stack trace; every other
    /// exception passes through.
    /// </summary>
    /// <returns>0, or 78 for a mistake in the configuration.</returns>
    public static async Task<int> RunAsync(Func<Task> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        try
        {
            await main();
            return 0;
        }
        catch (ThotNetConfigurationException wrong)
        {
            await Console.Error.WriteLineAsync($"ThotNet cannot start, {wrong.Errors.Count} setting(s) are missing or wrong:");
            foreach (var error in wrong.Errors)
                await Console.Error.WriteLineAsync($"  {error}");
            return ThotNetConfigurationException.ExitCode;
        }
    }
}
