using Microsoft.Extensions.Configuration;

namespace ThotNet.Hosting.Configuration;

/// <summary>Keys that are not settings themselves: a setting names the environment variable that holds one.</summary>
internal static class KeyVariable
{
    /// <summary>The key, or null without one: blank is none, and what surrounds it (a line end from a file) does not belong to it.</summary>
    public static string? Find(IConfiguration configuration, string variable) =>
        configuration[variable]?.Trim() is { Length: > 0 } key ? key : null;
}
