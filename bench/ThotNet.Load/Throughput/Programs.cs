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
        if (FindRoot() is not { } root) return null;
        var path = Path.Combine(root, "src", project, "bin", Configuration, output.Name, $"ThotNet.{project}.dll");
        return File.Exists(path) ? path : null;
    }

    /// <summary>The configuration in which this tool, or the tests that use it, were built: the hosts are taken from the same.</summary>
    public static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The folder of the repository in which this tool was built, or null.</summary>
    public static string? FindRoot()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "ThotNet.sln"))) root = root.Parent;
        return root?.FullName;
    }
}
