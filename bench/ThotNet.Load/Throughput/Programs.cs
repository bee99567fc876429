namespace ThotNet.Load.Throughput;

/// <summary>Finds what a run needs on this machine.</summary>
internal static class Programs
{
    /// <summary>The full path of an installed program, or null.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Append("/usr/sbin").Append("/usr/local/sbin")
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);

    /// <summary>The assembly of one of the hosts, built in the same configuration as this tool, or null.</summary>
    /// <param name="project">Folder of the host under <c>src</c>, and last part of its assembly's name.</param>
    public static string? FindHost(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var root = output;
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "ThotNet.sln"))) root = root.Parent;
        if (root is null) return null;
        var path = Path.Combine(root.FullName, "src", project, "bin", output.Parent!.Name, output.Name, $"ThotNet.{project}.dll");
        return File.Exists(path) ? path : null;
    }
}
