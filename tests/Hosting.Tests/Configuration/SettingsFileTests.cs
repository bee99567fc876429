using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ThotNet.Hosting.Configuration;

namespace ThotNet.Hosting.Tests.Configuration;

public sealed class SettingsFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thotnet-settings-");

    private string File => Path.Combine(_folder.FullName, "thotnet.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void File_AtStart_LiesOverTheDefaultsAndBelowTheEnvironment()
    {
        Write("""{ "ThotNet": { "Providers": { "groq": { "Share": 7, "SafeShare": 0.3 } }, "Routing": { "Patience": "00:00:03" } } }""");

        var (options, _) = Start(("ThotNet:Routing:Patience", "00:00:04"));

        Assert.Equal((7, 0.3), (options.Providers["groq"].Share, options.Providers["groq"].SafeShare));
        Assert.Equal(TimeSpan.FromSeconds(4), options.Routing.Patience);
    }

    [Fact]
    public void File_OfTheProgramsFolder_NeedNotBeThere()
    {
        var (options, reload) = Start(named: false);

        Assert.Equal(20, options.Providers["groq"].Share);
        Assert.Null(reload.ReadIfChanged());
        Write("""{ "ThotNet": { "Providers": { "groq": { "Share": 7 } } } }""");
        Assert.Equal(7, reload.ReadIfChanged()!.Options.Providers["groq"].Share);
    }

    [Fact]
    public void File_NamedAndMissing_IsAMistake() =>
        Assert.Equal($"{File}: there is no such file", Assert.Single(Assert.Throws<ThotNetConfigurationException>(() => Start()).Errors));

    [Theory]
    [InlineData("{ \"ThotNet\": {", "no readable JSON")]
    [InlineData("", "no readable JSON")]
    [InlineData("[1]", "no readable JSON")]
    [InlineData("{ \"ThotNet\": { \"Routing\": { \"Patiense\": \"1\" } } }", "ThotNet:Routing:Patiense: not a known setting")]
    public void File_WithAMistakeAtStart_IsReported(string content, string expected)
    {
        Write(content);

        Assert.Contains(expected, Assert.Single(Assert.Throws<ThotNetConfigurationException>(() => Start()).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void File_TooLarge_IsReportedAndNotRead()
    {
        Write(new string(' ', SettingsFile.MaxBytes + 1));

        Assert.Contains("larger than 1048576 bytes", Assert.Single(Assert.Throws<ThotNetConfigurationException>(() => Start()).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Reload_OnlyAChangeOfContent_IsOne()
    {
        Write(Share(7));
        var (_, reload) = Start();

        Assert.Null(reload.ReadIfChanged());
        Write(Share(7));
        Assert.Null(reload.ReadIfChanged());
        Write(Share(8));
        Assert.Equal(8, reload.ReadIfChanged()!.Options.Providers["groq"].Share);
        Assert.Null(reload.ReadIfChanged());
    }

    [Fact]
    public void Reload_WithMistakes_ReportsAllOnceAndTakesTheNextGoodOne()
    {
        Write(Share(7));
        var (_, reload) = Start();

        Write("""{ "ThotNet": { "Providers": { "groq": { "Share": "x", "Budgets": { "minute": { "Amount": 0 } } } }, "Access": { "Bugdets": {"a": 1} } } }""");
        Assert.Equal(3, reload.ReadIfChanged()!.Errors.Count);
        Assert.Null(reload.ReadIfChanged());
        Write("{ half");
        Assert.Contains("no readable JSON", Assert.Single(reload.ReadIfChanged()!.Errors), StringComparison.Ordinal);
        Write(Share(9));
        var good = reload.ReadIfChanged()!;
        Assert.Empty(good.Errors);
        Assert.Equal(9, good.Options.Providers["groq"].Share);
    }

    [Fact]
    public void Reload_FileGone_IsAMistakeAndItsReturnAChange()
    {
        Write(Share(7));
        var (_, reload) = Start();

        System.IO.File.Delete(File);
        Assert.Equal($"{File}: the file is gone", Assert.Single(reload.ReadIfChanged()!.Errors));
        Assert.Null(reload.ReadIfChanged());
        Write(Share(7));
        Assert.Empty(reload.ReadIfChanged()!.Errors);
    }

    [Fact]
    public void Reload_LinkToAnotherFolder_IsFollowed()
    {
        // As in a container: a link to a folder's file, and the folder is replaced behind it.
        var first = Directory.CreateDirectory(Path.Combine(_folder.FullName, "1"));
        var second = Directory.CreateDirectory(Path.Combine(_folder.FullName, "2"));
        var stamp = new DateTime(2026, 7, 1, 12, 0, 0, DateTimeKind.Utc);
        foreach (var (folder, share) in new[] { (first, 7), (second, 8) })
        {
            var path = Path.Combine(folder.FullName, "thotnet.json");
            System.IO.File.WriteAllText(path, Share(share));
            System.IO.File.SetLastWriteTimeUtc(path, stamp);
        }

        var data = Path.Combine(_folder.FullName, "data");
        Directory.CreateSymbolicLink(data, first.FullName);
        System.IO.File.CreateSymbolicLink(File, Path.Combine(data, "thotnet.json"));
        var (options, reload) = Start();
        Assert.Equal(7, options.Providers["groq"].Share);

        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, second.FullName);

        Assert.Equal(8, reload.ReadIfChanged()!.Options.Providers["groq"].Share);
    }

    [Fact]
    public void Difference_NamesPathsAndTellsLimitsFromTheRest()
    {
        Write(Share(7));
        var (running, reload) = Start();
        Write("""
            { "ThotNet": {
                "Providers": {
                    "groq": { "Share": 8, "SafeShare": 0.2, "Budgets": { "minute": { "Amount": 5 }, "hour": { "Amount": 6, "Window": "01:00:00" } } },
                    "mine": { "BaseUrl": "http://127.0.0.1:1", "ApiKeyVariable": "MINE", "Models": { "m": { "Id": "m" } } } },
                "Callers": { "alice": { "ApiKeyVariable": "ALICE_KEY" } },
                "Access": { "GatewaySecret": "another-secret-00", "Budgets": { "minute": { "Amount": 9 } } } } }
            """);

        var paths = OptionsDifference.Find(running, reload.ReadIfChanged()!.Options).ToLookup(OptionsDifference.IsLimit);

        Assert.Equal(
            [
                "ThotNet:Access:Budgets:minute", "ThotNet:Providers:groq:Budgets:hour", "ThotNet:Providers:groq:Budgets:minute:Amount",
                "ThotNet:Providers:groq:SafeShare",
            ],
            paths[true].Order(StringComparer.Ordinal));
        Assert.Equal(
            ["ThotNet:Access:GatewaySecret", "ThotNet:Callers:alice", "ThotNet:Providers:groq:Share", "ThotNet:Providers:mine"],
            paths[false].Order(StringComparer.Ordinal));
    }

    private static string Share(int share) => $$"""{ "ThotNet": { "Providers": { "groq": { "Share": {{share}} } } } }""";

    private void Write(string content) => System.IO.File.WriteAllText(File, content);

    private (ThotNetOptions Options, OptionsReload Reload) Start(params (string Key, string Value)[] settings) => Start(true, settings);

    private (ThotNetOptions Options, OptionsReload Reload) Start(bool named, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { EnvironmentName = "Development", ContentRootPath = _folder.FullName });
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        if (named)
            builder.Configuration.AddInMemoryCollection([new("THOTNET_CONFIG_FILE", File)]);
        var options = builder.AddThotNetOptions(HostRole.Silo);
        using var services = builder.Services.BuildServiceProvider();
        return (options, services.GetRequiredService<OptionsReload>());
    }
}
