namespace ThotNet.Hosting.Tests.Documentation;

public sealed class ConfigurationDocumentTests
{
    [Fact]
    public async Task Page_IsWhatTheOptionsSay()
    {
        var path = Path.Combine(RepositoryRoot(), "docs", "configuration.md");
        var expected = ConfigurationDocument.Write().ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("THOTNET_WRITE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, expected);
        }

        Assert.Equal(expected, await File.ReadAllTextAsync(path));
    }

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ThotNet.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("No folder above the test has ThotNet.sln.");
    }
}
