using System.Security.Cryptography;

namespace ThotNet.Standalone;

/// <summary>The key of a developer's own machine: made once, kept in the data folder, readable by its owner only.</summary>
internal static class DevelopmentKey
{
    /// <summary>Reads the key, or makes it.</summary>
    /// <param name="path">The file that holds it.</param>
    public static string ReadOrCreate(string path)
    {
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: >= 16 } kept)
        {
            return kept;
        }

        var made = $"tn-dev-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.WriteLine(made);
        return made;
    }
}
