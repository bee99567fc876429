namespace ThotNet.Hosting.Health;

/// <summary>
/// Lets a program's own file be its container's health check, where the image has no HTTP client:
/// <c>dotnet ThotNet.Silo.dll --healthcheck http://127.0.0.1:8081/healthz/ready</c>.
/// </summary>
public static class HealthProbe
{
    /// <summary>The argument that turns a program into the check of another process; the URL follows it.</summary>
    public const string Argument = "--healthcheck";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    /// <summary>Asks the URL if the arguments say so.</summary>
    /// <returns>0 if it answers with a status of success, 1 if not, 2 without a usable URL; null if no check was asked for.</returns>
    public static async Task<int?> RunAsync(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.Length == 0 || arguments[0] != Argument) return null;
        if (arguments.Length != 2 || !Uri.TryCreate(arguments[1], UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            await Console.Error.WriteLineAsync($"{Argument} needs one http or https URL.");
            return 2;
        }

        return await IsHealthyAsync(url) ? 0 : 1;
    }

    private static async Task<bool> IsHealthyAsync(Uri url)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout };
        try
        {
            using var answer = await client.GetAsync(url);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return false;
        }
    }
}
