using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Hosting.Configuration;
using ThotNet.Routing;
using ThotNet.Silo.Upstream;

namespace ThotNet.Silo.Tests.Upstream;

public sealed class ProviderFactoryTests
{
    /// <summary>The rules that check the words and the enumeration that they stand for are in two projects that do not know each other.</summary>
    [Fact]
    public void CreateCatalog_EveryCapability_MayBeConfiguredByItsName()
    {
        var ofChat = Enum.GetNames<Capabilities>().Except([nameof(Capabilities.None), nameof(Capabilities.Embeddings), nameof(Capabilities.TokenInputs)]);

        var catalog = CatalogWith(
            ("GROQ_API_KEY", "gsk_1"), ("ThotNet:Providers:groq:Models:default:Capabilities", string.Join(',', ofChat)),
            ("ThotNet:Providers:groq:Models:vectors:Id", "embedder"), ("ThotNet:Providers:groq:Models:vectors:Capabilities", "Embeddings,TokenInputs"));

        var all = Enum.GetValues<Capabilities>().Aggregate((left, right) => left | right);
        var ofVectors = Capabilities.Embeddings | Capabilities.TokenInputs;
        Assert.Equal([all & ~ofVectors, ofVectors], catalog.Targets.Select(target => target.Capabilities));
    }

    [Fact]
    public void CreateCatalog_BudgetSwitchedOff_IsNotInTheQuota()
    {
        var catalog = CatalogWith(
            ("OPENROUTER_API_KEY", "sk-or-1"), ("ThotNet:Providers:openrouter:Budgets:documented_day:Enabled", "false"));

        Assert.Equal(
            [
                new(BudgetMetric.Tokens, 200_000, TimeSpan.FromDays(1), BudgetKind.Calendar),
                new(BudgetMetric.Requests, 20, TimeSpan.FromMinutes(1), BudgetKind.Rolling),
            ],
            catalog.Quotas.Find("provider/openrouter/default")!.Budgets);
    }

    [Fact]
    public void CreateCatalog_Prices_AreTheTargets()
    {
        var target = CatalogWith(
            ("GROQ_API_KEY", "gsk_1"), ("ThotNet:Providers:groq:Models:default:InputPrice", "0.075"),
            ("ThotNet:Providers:groq:Models:default:OutputPrice", "0.3")).Targets[0];

        Assert.Equal((0.075m, 0.3m, 3), (target.InputPrice, target.OutputPrice, target.CostOf(3, 9)));
        Assert.Equal(0, CatalogWith(("GROQ_API_KEY", "gsk_1")).Targets[0].CostOf(1_000_000, 1_000_000));
    }

    [Fact]
    public void Options_UnknownCapability_AreRefusedWithAllNames()
    {
        var refusal = Assert.Throws<ThotNetConfigurationException>(() => CatalogWith(("ThotNet:Providers:groq:Models:default:Capabilities", "Magic")));

        Assert.All(
            Enum.GetNames<Capabilities>().Where(name => name != nameof(Capabilities.None)),
            name => Assert.Contains(name, refusal.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void CreateCatalog_DefaultGemini_ChatsFirstAndMakesEmbeddings()
    {
        var targets = CatalogWith(("GOOGLE_GEMINI_API_KEY", "AIza1")).Targets;

        Assert.Equal([("gemini/gemini-3.5-flash-lite", true), ("gemini/gemini-embedding-001", false)], targets.Select(target => (target.Id, target.Chats)));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData(" \n", 0)]
    [InlineData("gsk_1\n", 1)]
    public void CreateCatalog_KeyBlankOrWithALineEnd_CountsWhatIsLeftOfIt(string key, int targets) =>
        Assert.Equal(targets, CatalogWith(("GROQ_API_KEY", key)).Targets.Length);

    private static Catalog CatalogWith(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, string? (setting) => setting.Value));
        return ProviderFactory.CreateCatalog(builder.AddThotNetOptions(HostRole.Silo), builder.Configuration);
    }
}
