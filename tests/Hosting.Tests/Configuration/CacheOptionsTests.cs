using CsCheck;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using ThotNet.Hosting.Configuration;

namespace ThotNet.Hosting.Tests.Configuration;

public sealed class CacheOptionsTests
{
    [Fact]
    public void Defaults_AreCachingPerKeyInMemoryOnly()
    {
        var cache = Read().Cache;

        Assert.Equal((true, "", CacheScope.Key, TimeSpan.FromHours(1)), (cache.Enabled, cache.Redis, cache.Scope, cache.TimeToLive));
        Assert.Equal((67_108_864, 1_048_576), (cache.MemoryBytes, cache.MaxEntryBytes));
        Assert.Equal((1.0, false, TimeSpan.Zero), (cache.MaxTemperature, cache.Tools, cache.ReplayPause));
        Assert.Empty(cache.Models);
    }

    [Fact]
    public void Settings_OfModelsAndCallers_AreOnlyWhatTheySay()
    {
        var options = Read(
            ("ThotNet:Cache:Models:Short:Names", " auto , gemini/gemini-embedding-001 "), ("ThotNet:Cache:Models:Short:TimeToLive", "00:01:00"),
            ("ThotNet:Cache:Models:Short:Scope", "shared"), ("ThotNet:Callers:bob:ApiKeyVariable", "BOB_KEY"),
            ("ThotNet:Callers:bob:Cache:Enabled", "false"), ("ThotNet:Callers:bob:Cache:MaxTemperature", "0.5"),
            ("ThotNet:Callers:bob:Cache:ReplayPause", "00:00:00.02"));

        var (name, model) = Assert.Single(options.Cache.Models);
        Assert.Equal("short", name);
        Assert.Equal(["auto", "gemini/gemini-embedding-001"], model.ListNames());
        Assert.Equal((null, CacheScope.Shared, TimeSpan.FromMinutes(1), null), (model.Enabled, model.Scope, model.TimeToLive, model.Tools));
        var bob = options.Callers["bob"].Cache;
        Assert.Equal(
            (false, null, null, 0.5, null, TimeSpan.FromMilliseconds(20)),
            (bob.Enabled, bob.Scope, bob.TimeToLive, bob.MaxTemperature, bob.Tools, bob.ReplayPause));
    }

    [Theory]
    [InlineData("Enabled", "on", "'on' is not valid; allowed: true or false")]
    [InlineData("Scope", "everyone", "'everyone' is not valid; allowed: Key or Shared")]
    [InlineData("TimeToLive", "00:00:00.999", "'00:00:00.9990000' is not allowed; allowed: a time span such as 00:01:00 or 1.00:00:00, 00:00:01 to 30.00:00:00")]
    [InlineData("TimeToLive", "30.00:00:01", "'30.00:00:01' is not allowed; allowed: a time span such as 00:01:00 or 1.00:00:00, 00:00:01 to 30.00:00:00")]
    [InlineData("MaxTemperature", "2.1", "'2.1' is not allowed; allowed: a number, 0 to 2")]
    [InlineData("MaxTemperature", "-0.1", "'-0.1' is not allowed; allowed: a number, 0 to 2")]
    [InlineData("Tools", "1", "'1' is not valid; allowed: true or false")]
    [InlineData("ReplayPause", "00:00:06", "'00:00:06' is not allowed; allowed: a time span such as 00:01:00 or 1.00:00:00, 00:00:00 to 00:00:05")]
    public void Policy_OutOfBounds_IsReportedWhereverItIs(string setting, string value, string expected)
    {
        var errors = Errors(
            ($"ThotNet:Cache:{setting}", value), ("ThotNet:Cache:Models:mine:Names", "auto"), ($"ThotNet:Cache:Models:mine:{setting}", value),
            ("ThotNet:Callers:bob:ApiKeyVariable", "BOB_KEY"), ($"ThotNet:Callers:bob:Cache:{setting}", value));

        Assert.Equal(
            [$"ThotNet:Cache:{setting}: {expected}", $"ThotNet:Cache:Models:mine:{setting}: {expected}", $"ThotNet:Callers:bob:Cache:{setting}: {expected}"],
            errors.OrderBy(error => error.Length));
    }

    [Theory]
    [InlineData("MemoryBytes", "-1", "'-1' is not allowed; allowed: a whole number, 0 to 68719476736")]
    [InlineData("MemoryBytes", "68719476737", "'68719476737' is not allowed; allowed: a whole number, 0 to 68719476736")]
    [InlineData("MaxEntryBytes", "1023", "'1023' is not allowed; allowed: a whole number, 1024 to 33554432")]
    [InlineData("MaxEntryBytes", "33554433", "'33554433' is not allowed; allowed: a whole number, 1024 to 33554432")]
    [InlineData("Models:mine:Names", "auto,gpt-9,auto/x", "'gpt-9' is not a known model")]
    [InlineData("Models:mine:Names", "", "missing; allowed: text")]
    [InlineData("Models:mine:Names", " , ", "missing; allowed: at least one model")]
    [InlineData("Models:mine:Name", "auto", "not a known setting; allowed here: Names, Enabled, Scope, TimeToLive, MaxTemperature, Tools, ReplayPause")]
    public void Mistake_IsReported(string setting, string value, string expected) =>
        Assert.Contains($"ThotNet:Cache:{setting}: {expected}", string.Join('\n', Errors(($"ThotNet:Cache:{setting}", value))), StringComparison.Ordinal);

    [Fact]
    public void Names_OfModels_AreThoseOfConfiguredProvidersAlone()
    {
        var errors = Errors(
            ("ThotNet:Providers:mine:BaseUrl", "http://127.0.0.1/v1"), ("ThotNet:Providers:mine:ApiKeyVariable", "MINE"),
            ("ThotNet:Providers:mine:Enabled", "false"), ("ThotNet:Providers:mine:Models:default:Id", "org/tiny"),
            ("ThotNet:Providers:mine:Models:default:Aliases", "t1, t2"),
            ("ThotNet:Cache:Models:all:Names", "auto,org/tiny,mine/org/tiny,t1,t2,T1,tiny,mine"));

        Assert.Equal(["'T1'", "'mine'", "'tiny'"], errors.Select(error => error.Split(' ')[1]).Order(StringComparer.Ordinal));
        Assert.All(errors, error => Assert.Contains("auto, ", error, StringComparison.Ordinal));
        Assert.All(errors, error => Assert.Contains("mine/org/tiny, ", error, StringComparison.Ordinal));
    }

    [Fact]
    public void Name_InTwoEntries_IsReported() => Assert.Equal(
        "ThotNet:Cache:Models: 'auto' is in one and two; allowed: each name in one of them",
        Assert.Single(Errors(("ThotNet:Cache:Models:one:Names", "auto,auto"), ("ThotNet:Cache:Models:two:Names", "auto"))));

    [Theory]
    [InlineData("redis-cache:6379,abortConnect=false")]
    [InlineData("redis:6379,defaultDatabase=1")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:6379")]
    public void Redis_ConnectionString_IsTaken(string connection) => Assert.Equal(connection, Read(("ThotNet:Cache:Redis", connection)).Cache.Redis);

    [Theory]
    [InlineData(" ")]
    [InlineData("host:port")]
    [InlineData("host:65536")]
    [InlineData("host:6379,hunter2=1")]
    [InlineData("host,defaultDatabase=hunter2")]
    [InlineData("password=hunter2")]
    [InlineData("hunter2 x")]
    [InlineData("redis://host:6379")]
    public void Redis_NoConnectionString_IsReportedWithoutIt(string connection) => Assert.Equal(
        "ThotNet:Cache:Redis: the value is not allowed; allowed: a connection string such as redis:6379,defaultDatabase=1",
        Assert.Single(Errors(("ThotNet:Cache:Redis", connection))));

    [Fact]
    public void Redis_AnyText_IsTakenOrReported() =>
        Gen.OneOf(Gen.String[0, 40], Gen.Char["ah1:,=[]. /!@-"].Array[0, 40].Select(letters => new string(letters))).MustHold(
            text => Check(text) is [] or ["ThotNet:Cache:Redis: the value is not allowed; allowed: a connection string such as redis:6379,defaultDatabase=1"]);

    [Theory]
    [InlineData("state:6379", "state", false)]
    [InlineData("state:6379,defaultDatabase=0", "other,state:6379,password=x", false)]
    [InlineData("state:6379,defaultDatabase=1", "state:6379", true)]
    [InlineData("state:6380", "state:6379", true)]
    [InlineData("state:6379", "", true)]
    public void Redis_OfTheCluster_IsAllowedAsAnotherDatabaseOnly(string cache, string cluster, bool isAllowed) => Assert.Equal(
        isAllowed ? [] :
        [
            "ThotNet:Cache:Redis: the same database as ThotNet:Cluster:Redis; allowed: another server, or another defaultDatabase, because cached answers "
            + "would fill it up",
        ],
        Check(cache, cluster));

    [Fact]
    public void Difference_NamesWhatChanged_AndNoneIsALimit()
    {
        var one = Read(("ThotNet:Callers:bob:ApiKeyVariable", "BOB_KEY"));
        var other = Read(
            ("ThotNet:Callers:bob:ApiKeyVariable", "BOB_KEY"), ("ThotNet:Callers:bob:Cache:Scope", "Shared"), ("ThotNet:Cache:Enabled", "false"),
            ("ThotNet:Cache:Models:mine:Names", "auto"));

        var paths = OptionsDifference.Find(one, other).ToList();

        Assert.Equal(["ThotNet:Cache:Enabled", "ThotNet:Cache:Models:mine", "ThotNet:Callers:bob:Cache:Scope"], paths.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(paths, OptionsDifference.IsLimit);
    }

    private static List<string> Check(string cache, string cluster = "") =>
        [.. CacheRules.Check(new ThotNetOptions { Cache = { Redis = cache }, Cluster = { Redis = cluster } })];

    private static IReadOnlyList<string> Errors(params (string, string)[] settings) =>
        Assert.Throws<ThotNetConfigurationException>(() => Read(settings)).Errors;

    private static ThotNetOptions Read(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        return builder.AddThotNetOptions(HostRole.Silo);
    }
}
