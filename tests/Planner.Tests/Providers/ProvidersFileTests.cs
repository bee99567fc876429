using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Planner.Providers;

namespace ThotNet.Planner.Tests.Providers;

public sealed class ProvidersFileTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Seed_HasSharesAndBudgetsOfTheFreeTiers()
    {
        var seed = ProvidersFile.Seed();

        Assert.Equal([("gemini", 5), ("groq", 20), ("openrouter", 70)], seed.Targets.Select(target => (target.Provider, target.Share)));
        Assert.Equal(
            [
                new(BudgetMetric.Tokens, 1_000_000, Day, BudgetKind.Calendar),
                new(BudgetMetric.Requests, 15, Minute, BudgetKind.Rolling),
                new(BudgetMetric.Requests, 14_400, Day, BudgetKind.Calendar),
                new(BudgetMetric.Requests, 30, Minute, BudgetKind.Rolling),
                new(BudgetMetric.Tokens, 200_000, Day, BudgetKind.Calendar),
                new(BudgetMetric.Requests, 20, Minute, BudgetKind.Rolling),
            ],
            seed.Quotas.All.SelectMany(quota => quota.Budgets.OrderByDescending(budget => budget.Window)));
    }

    [Fact]
    public void Read_DefaultsOfTheGateway_GivesChatTargetsOnly()
    {
        using var defaults = typeof(ThotNet.Hosting.Configuration.ThotNetOptions).Assembly.GetManifestResourceStream("ThotNet.defaults.json")!;
        using (var file = File.Create(_path)) defaults.CopyTo(file);

        var errors = new List<string>();
        var catalog = ProvidersFile.Read(_path, errors);

        Assert.Empty(errors);
        Assert.Equal(
            ["gemini/gemini-3.5-flash-lite", "groq/openai/gpt-oss-20b", "openrouter/openrouter/free"], catalog!.Targets.Select(target => target.Id));
    }

    [Fact]
    public void Read_ManyMistakes_TellsAllOfThem()
    {
        File.WriteAllText(_path, """
            { "ThotNet": { "Providers": { "one": {
                "BaseUrl": "https://one.example", "ApiKeyVariable": "ONE", "Share": -1, "Colour": "red",
                "Models": { "m": { "Id": "m" } },
                "Budgets": { "b": { "Amount": 0, "Window": "00:00:07", "Kind": "Calendar" } } } } } }
            """);

        var errors = new List<string>();

        Assert.Null(ProvidersFile.Read(_path, errors));
        Assert.Equal(
            [
                "ThotNet:Providers:one:Budgets:b:Amount", "ThotNet:Providers:one:Budgets:b:Window", "ThotNet:Providers:one:Colour",
                "ThotNet:Providers:one:Share",
            ],
            errors.Select(error => error[..error.IndexOf(": ", StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{ }")]
    [InlineData("""{ "ThotNet": { "Providers": { "one": { "BaseUrl": "https://one.example", "ApiKeyVariable": "ONE", "Enabled": false } } } }""")]
    [InlineData("""
        { "ThotNet": { "Providers": { "one": { "BaseUrl": "https://one.example", "ApiKeyVariable": "ONE",
            "Models": { "m": { "Id": "m", "Capabilities": "Embeddings" } } } } } }
        """)]
    public void Read_NothingThatChats_IsRefused(string json)
    {
        File.WriteAllText(_path, json);

        var errors = new List<string>();

        Assert.Null(ProvidersFile.Read(_path, errors));
        Assert.Equal(["ThotNet:Providers: no enabled provider has a model that chats"], errors);
    }

    [Fact]
    public void Read_NoJson_IsRefusedWithThePath()
    {
        File.WriteAllText(_path, "{ \"ThotNet\": ");

        var errors = new List<string>();

        Assert.Null(ProvidersFile.Read(_path, errors));
        Assert.StartsWith($"{_path}: no readable JSON: ", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoSuchFile_IsRefusedWithThePath()
    {
        var errors = new List<string>();

        Assert.Null(ProvidersFile.Read(_path + ".missing", errors));
        Assert.Equal([$"{_path}.missing: there is no such file"], errors);
    }
}
