using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Hosting.Configuration;

namespace ThotNet.Hosting.Tests.Configuration;

public sealed class ThotNetOptionsTests
{
    private static readonly (string, string)[] Complete =
    [
        ("ThotNet:Cluster:Redis", "redis:6379"), ("THOTNET_GATEWAY_SECRET", "0123456789abcdef"),
        ("THOTNET_API_KEYS", "caller-key-0000000001"), ("GROQ_API_KEY", "gsk_1"),
    ];

    [Fact]
    public void Defaults_InDevelopment_AreTheThreeProviders()
    {
        var options = Read("Development", HostRole.Gateway | HostRole.Silo);

        Assert.Equal(["gemini", "groq", "openrouter"], options.Providers.Keys);
        Assert.Equal((70, 20, 5), (options.Providers["openrouter"].Share, options.Providers["groq"].Share, options.Providers["gemini"].Share));
        Assert.Equal("openai/gpt-oss-20b", options.Providers["groq"].Models["default"].Id);
        var day = options.Providers["groq"].Budgets["day"];
        Assert.Equal((14_400, TimeSpan.FromDays(1), BudgetKind.LeakyBucket), (day.Amount, day.Window, day.Kind));
        Assert.Equal("America/Los_Angeles", options.Providers["gemini"].Budgets["day_tokens"].TimeZone);
    }

    [Fact]
    public void Defaults_Gemini_SpeaksGooglesFormatAndChatsByDefault()
    {
        var gemini = Read("Development", HostRole.Silo).Providers["gemini"];

        Assert.Equal((ProviderKind.Gemini, new Uri("https://generativelanguage.googleapis.com/v1beta")), (gemini.Kind, gemini.BaseUrl));
        Assert.Equal(
            [("default", "gemini-3.5-flash-lite", 1024), ("embeddings", "gemini-embedding-001", 1)],
            gemini.Models.Select(model => (model.Key, model.Value.Id, model.Value.OutputCap)));
        Assert.Equal("Embeddings", gemini.Models["embeddings"].Capabilities);
    }

    [Fact]
    public void Budget_OfEveryMetric_IsAllowed()
    {
        const string Openrouter = "ThotNet:Providers:openrouter:";
        foreach (var metric in Enum.GetNames<BudgetMetric>())
        {
            var options = Read(
                "Development", HostRole.Silo, (Openrouter + "Budgets:extra:Metric", metric), (Openrouter + "Budgets:extra:Amount", "5"),
                (Openrouter + "Models:default:OutputPrice", "0.6"));
            Assert.Equal(metric, options.Providers["openrouter"].Budgets["extra"].Metric.ToString());
        }
    }

    [Fact]
    public void Dialect_WithKindGemini_MeansNothing() =>
        Assert.Equal(ProviderKind.Gemini, Read("Development", HostRole.Silo, ("ThotNet:Providers:gemini:Dialect", "Groq")).Providers["gemini"].Kind);

    [Fact]
    public void Defaults_InDevelopment_KeepTheProvidersDocumentedLimits_Wire6()
    {
        var options = Read("Development", HostRole.Silo);

        Assert.Equal(
            [
                "groq/documented_day: Requests 1000 1.00:00:00 LeakyBucket", "groq/documented_day_tokens: Tokens 200000 1.00:00:00 LeakyBucket",
                "groq/documented_minute_tokens: Tokens 8000 00:01:00 LeakyBucket", "openrouter/documented_day: Requests 50 1.00:00:00 Calendar",
            ],
            from provider in options.Providers
            from budget in provider.Value.Budgets
            where budget.Key.StartsWith("documented_", StringComparison.Ordinal) && budget.Value.Enabled
            select $"{provider.Key}/{budget.Key}: {budget.Value.Metric} {budget.Value.Amount} {budget.Value.Window} {budget.Value.Kind}");
    }

    [Fact]
    public void Values_FromAnySource_OverrideDefaultsOneByOne()
    {
        var options = Read("Development", HostRole.Silo,
            ("ThotNet:Providers:GROQ:BaseUrl", "http://127.0.0.1:9999/openai/v1"), ("ThotNet:Providers:groq:Budgets:minute:Amount", "7"),
            ("ThotNet:Routing:Patience", "00:00:01"), ("ThotNet:Routing:Fallback", "false"));

        var groq = options.Providers["groq"];
        Assert.Equal(new Uri("http://127.0.0.1:9999/openai/v1"), groq.BaseUrl);
        Assert.Equal((7, TimeSpan.FromMinutes(1)), (groq.Budgets["minute"].Amount, groq.Budgets["minute"].Window));
        Assert.Equal(ProviderDialect.Groq, groq.Dialect);
        Assert.Equal((TimeSpan.FromSeconds(1), false), (options.Routing.Patience, options.Routing.Fallback));
    }

    [Fact]
    public void EnvironmentVariables_TakenOnlyWhenTheOptionIsEmpty()
    {
        var options = Read("Production", HostRole.Gateway, [.. Complete, ("ThotNet:Access:GatewaySecret", "from-the-option-0")]);

        Assert.Equal("from-the-option-0", options.Access.GatewaySecret);
        Assert.Equal("caller-key-0000000001", options.Access.ApiKeys);
    }

    [Fact]
    public void ManyMistakes_AreAllReportedAtOnceWithPathAndAllowedValues()
    {
        var errors = Errors("Development", HostRole.Silo,
            ("ThotNet:Providers:groq:Budgets:day:Amount", "abc"),
            ("ThotNet:Providers:groq:Budgets:minute:Window", "xyz"),
            ("ThotNet:Providers:groq:Budgets:minute:Amount", "0"),
            ("ThotNet:Providers:groq:Dialect", "Klingon"),
            ("ThotNet:Providers:groq:Share", "-1"),
            ("ThotNet:Providers:openrouter:BaseUrl", "ftp://example.org/"),
            ("ThotNet:Providers:gemini:Budgets:day_tokens:TimeZone", "Mars/Olympus"),
            ("ThotNet:Routing:Patience", "1.00:00:00"),
            ("ThotNet:Cluster:HttpPort", "70000"),
            ("ThotNet:Access:MaxHeaders", "nine"));

        Assert.Equal(10, errors.Count);
        AssertReported(errors, "ThotNet:Providers:groq:Budgets:day:Amount: 'abc' is not valid; allowed: a whole number, 1 to 1000000000000");
        AssertReported(errors, "ThotNet:Providers:groq:Budgets:minute:Window: 'xyz' is not valid", "00:00:01 to 7.00:00:00");
        AssertReported(errors, "ThotNet:Providers:groq:Budgets:minute:Amount: '0' is not allowed", "1 to 1000000000000");
        AssertReported(errors, "ThotNet:Providers:groq:Dialect: 'Klingon'", "Generic or OpenRouter or Groq");
        AssertReported(errors, "ThotNet:Providers:groq:Share: '-1'", "0.001 to 1000000");
        AssertReported(errors, "ThotNet:Providers:openrouter:BaseUrl", "http or https");
        AssertReported(errors, "ThotNet:Providers:gemini:Budgets:day_tokens:TimeZone: 'Mars/Olympus'");
        AssertReported(errors, "ThotNet:Routing:Patience: '1.00:00:00'", "00:00:00 to 00:02:00");
        AssertReported(errors, "ThotNet:Cluster:HttpPort: '70000'", "1 to 65535");
        AssertReported(errors, "ThotNet:Access:MaxHeaders: 'nine'", "10 to 1000");
    }

    [Theory]
    [InlineData("ThotNet:Providers:groq:Budgets:day:Window", "8.00:00:00", "7.00:00:00")]
    [InlineData("ThotNet:Providers:groq:Budgets:day:Window", "24:00:00", "1.00:00:00")]
    [InlineData("ThotNet:Providers:openrouter:Budgets:day_tokens:Window", "07:00:00", "does not divide a day")]
    [InlineData("ThotNet:Providers:openrouter:Budgets:day_tokens:Window", "2.00:00:00", "does not divide a day")]
    [InlineData("ThotNet:Providers:openrouter:Budgets:minute:Metric", "Concurrent", "ConcurrentRequests or Cost")]
    [InlineData("ThotNet:Providers:openrouter:Budgets:minute:Metric", "Cost", "where a model has an InputPrice or OutputPrice")]
    [InlineData("ThotNet:Providers:openrouter:Budgets:day_tokens:Metric", "ConcurrentRequests", "allowed for ConcurrentRequests: 00:00:30 to 01:00:00")]
    [InlineData("ThotNet:Providers:groq:Models:default:InputPrice", "-0.1", "0 to 1000")]
    [InlineData("ThotNet:Providers:groq:Models:default:OutputPrice", "1001", "0 to 1000")]
    [InlineData("ThotNet:Providers:groq:Models:default:OutputPrice", "free", "a number")]
    [InlineData("ThotNet:Providers:groq:Models:default:Capabilities", "Tools,Telepathy", "'Telepathy' is not known")]
    [InlineData("ThotNet:Providers:groq:Models:default:Capabilities", "Tools,embeddings", "Embeddings, with or without TokenInputs")]
    [InlineData("ThotNet:Providers:gemini:Models:embeddings:Capabilities", "Embeddings,TokenInputs", "Google takes texts only")]
    [InlineData("ThotNet:Providers:groq:Budgets:day:Kind", "Bucket", "Rolling or Calendar or LeakyBucket")]
    [InlineData("ThotNet:Providers:groq:Budgets:day:Enabled", "off", "true or false")]
    [InlineData("ThotNet:Providers:groq:Models:default:Aliases", "ok,auto", "'auto'")]
    [InlineData("ThotNet:Providers:groq:Models:default:Aliases", "two words", "'two words'")]
    [InlineData("ThotNet:Providers:groq:Models:second:Id", "llama-3.1-8b", "names two models")]
    [InlineData("ThotNet:Providers:groq:ApiKeyVariable", "gsk_abc-123", "never the key itself")]
    [InlineData("ThotNet:Providers:groq:BaseUrl", "openai/v1", "absolute http or https URL")]
    [InlineData("ThotNet:Providers:groq:BaseUrl", "https://user:pw@example.org/v1", "without user")]
    [InlineData("ThotNet:Providers:groq:Bugdets:day:Amount", "1", "not a known setting")]
    [InlineData("ThotNet:Providers:groq:Enabled", "yes", "true or false")]
    [InlineData("ThotNet:Routing:Patiense", "00:00:01", "not a known setting")]
    [InlineData("ThotNet:Cluster:ServiceId", "a b", "that matches")]
    [InlineData("ThotNet:Access:GatewaySecret", "short", "at least 16")]
    [InlineData("ThotNet:Access:ApiKeys", "long-enough-key-1234,short", "key number 2")]
    public void OneMistake_InDevelopment_IsReported(string key, string value, string expected)
    {
        var error = Assert.Single(Errors("Development", HostRole.Gateway, (key, value)));

        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void NewProvider_BadlyNamedAndWithoutWhatItNeeds_IsReportedForEach()
    {
        var errors = Errors("Development", HostRole.Silo, ("ThotNet:Providers:my own:Share", "1"));

        Assert.Equal(4, errors.Count);
        AssertReported(errors, "ThotNet:Providers:my own:BaseUrl: missing");
        AssertReported(errors, "ThotNet:Providers:my own:ApiKeyVariable: missing");
        AssertReported(errors, "ThotNet:Providers:my own:Models: missing");
        AssertReported(errors, "ThotNet:Providers:my own: 'my own' is not a usable name");
    }

    [Fact]
    public void Production_WithNothing_ReportsAllThatIsMissing()
    {
        var errors = Errors("Production", HostRole.Gateway | HostRole.Silo);

        Assert.Equal(4, errors.Count);
        AssertReported(errors, "THOTNET_GATEWAY_SECRET");
        AssertReported(errors, "THOTNET_API_KEYS");
        AssertReported(errors, "ThotNet:Cluster:Redis: missing");
        AssertReported(errors, "OPENROUTER_API_KEY");
    }

    [Fact]
    public void Production_EachRole_NeedsOnlyItsOwn()
    {
        Assert.NotNull(Read("Production", HostRole.Silo, [.. Complete.Where(pair => pair.Item1 != "THOTNET_API_KEYS")]));
        Assert.NotNull(Read("Production", HostRole.Gateway, [.. Complete.Where(pair => pair.Item1 != "GROQ_API_KEY")]));
    }

    [Fact]
    public void Secrets_AreNeverInErrors()
    {
        var errors = Errors("Production", HostRole.Gateway,
            ("ThotNet:Access:GatewaySecret", "s3cr3t"), ("ThotNet:Access:ApiKeys", "k3y one"), ("ThotNet:Cluster:Redis", "redis:6379,password=pa55"));

        Assert.Equal(2, errors.Count);
        Assert.DoesNotContain(errors, error => error.Contains("s3cr3t", StringComparison.Ordinal) || error.Contains("k3y", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Program_WithMistakes_ReturnsExitCode78()
    {
        Assert.Equal(78, await ThotNetProgram.RunAsync(() => throw new ThotNetConfigurationException(["ThotNet:A: missing"])));
        Assert.Equal(0, await ThotNetProgram.RunAsync(() => Task.CompletedTask));
    }

    [Fact]
    public void Callers_HaveLimitsOfTheirOwnOrThoseOfAll()
    {
        var options = Read("Development", HostRole.Gateway,
            ("ThotNet:Callers:Alice:ApiKeyVariable", "ALICE_KEY"), ("ThotNet:Callers:alice:Budgets:day:Amount", "5000000"),
            ("ThotNet:Callers:alice:Budgets:day:Metric", "Cost"), ("ThotNet:Callers:alice:Budgets:day:Window", "1.00:00:00"),
            ("ThotNet:Access:Budgets:minute:Amount", "60"), ("ThotNet:Access:Budgets:streams:Amount", "4"),
            ("ThotNet:Access:Budgets:streams:Metric", "ConcurrentRequests"));

        var day = Assert.Single(options.Callers["alice"].Budgets).Value;
        Assert.Equal((BudgetMetric.Cost, 5_000_000, TimeSpan.FromDays(1), BudgetKind.Rolling), (day.Metric, day.Amount, day.Window, day.Kind));
        Assert.Equal(
            [(BudgetMetric.Requests, 60L), (BudgetMetric.ConcurrentRequests, 4L)],
            options.Access.Budgets.Values.Select(budget => (budget.Metric, budget.Amount)));
    }

    [Fact]
    public void Callers_MaxPriority_IsTheirOwnOrMissing()
    {
        var options = Read("Development", HostRole.Gateway,
            ("ThotNet:Access:MaxPriority", "low"), ("ThotNet:Callers:alice:ApiKeyVariable", "ALICE_KEY"), ("ThotNet:Callers:alice:MaxPriority", "High"),
            ("ThotNet:Callers:bob:ApiKeyVariable", "BOB_KEY"));

        Assert.Equal(
            (RequestPriority.Low, RequestPriority.High, null), (options.Access.MaxPriority, options.Callers["alice"].MaxPriority, options.Callers["bob"].MaxPriority));
    }

    [Fact]
    public void Callers_ManyMistakes_AreAllReportedAtOnce()
    {
        var errors = Errors("Production", HostRole.Gateway, [.. Complete.Where(pair => pair.Item1 != "THOTNET_API_KEYS"),
            ("THOTNET_API_KEYS", "caller-key-0000000001,caller-key-0000000002,caller-key-0000000001"),
            ("ThotNet:Callers:alice:ApiKeyVariable", "ALICE_KEY"), ("ALICE_KEY", "caller-key-0000000002"),
            ("ThotNet:Callers:bob:ApiKeyVariable", "BOB_KEY"), ("BOB_KEY", "too short"),
            ("ThotNet:Callers:0123456789abcdef:ApiKeyVariable", "HEX_KEY"),
            ("ThotNet:Callers:my own:Budgets:minute:Amount", "0"),
            ("ThotNet:Callers:carol:ApiKeyVariable", "tn-secret-key"),
            ("ThotNet:Callers:carol:Budgets:day:Kind", "Calendar"), ("ThotNet:Callers:carol:Budgets:day:Window", "07:00:00"),
            ("ThotNet:Callers:carol:Budgets:day:Amount", "1"),
            ("ThotNet:Access:Budgets:minute:Amount", "1"), ("ThotNet:Access:Budgets:minute:TimeZone", "Mars/Olympus")]);

        Assert.Equal(10, errors.Count);
        AssertReported(errors, "THOTNET_API_KEYS): key number 3 is the same as another", "key number 1");
        AssertReported(errors, "ThotNet:Callers:alice:ApiKeyVariable: the key in ALICE_KEY is the same as another", "key number 2");
        AssertReported(errors, "ThotNet:Callers:bob:ApiKeyVariable: the key in BOB_KEY is not allowed", "at least 16");
        AssertReported(errors, "ThotNet:Callers:0123456789abcdef:", "16 hexadecimal digits");
        AssertReported(errors, "ThotNet:Callers:my own: 'my own' is not a usable name");
        AssertReported(errors, "ThotNet:Callers:my own:ApiKeyVariable: missing");
        AssertReported(errors, "ThotNet:Callers:my own:Budgets:minute:Amount: '0' is not allowed");
        AssertReported(errors, "ThotNet:Callers:carol:ApiKeyVariable", "never the key itself");
        AssertReported(errors, "ThotNet:Callers:carol:Budgets:day:Window", "does not divide a day");
        AssertReported(errors, "ThotNet:Access:Budgets:minute:TimeZone: 'Mars/Olympus'");
        Assert.DoesNotContain(errors, error => error.Contains("caller-key", StringComparison.Ordinal) || error.Contains("short", StringComparison.Ordinal));
    }

    [Fact]
    public void Production_NamedCallerWithAKey_IsKeyEnough() => Assert.NotNull(
        Read("Production", HostRole.Gateway, [.. Complete.Where(pair => pair.Item1 != "THOTNET_API_KEYS"),
            ("ThotNet:Callers:alice:ApiKeyVariable", "ALICE_KEY"), ("ALICE_KEY", "key-of-alice-0000000")]));

    [Theory]
    [InlineData("1.1")]
    [InlineData("-0.1")]
    public void SafeShare_OutOfRange_IsReported(string share) => Assert.Contains(
        "0 to 1", Assert.Single(Errors("Development", HostRole.Silo, ("ThotNet:Providers:groq:SafeShare", share))), StringComparison.Ordinal);

    private static ThotNetOptions Read(string environment, HostRole role, params (string, string)[] settings) =>
        Builder(environment, settings).AddThotNetOptions(role);

    private static IReadOnlyList<string> Errors(string environment, HostRole role, params (string, string)[] settings) =>
        Assert.Throws<ThotNetConfigurationException>(() => Read(environment, role, settings)).Errors;

    private static HostApplicationBuilder Builder(string environment, (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        return builder;
    }

    private static void AssertReported(IReadOnlyList<string> errors, params string[] parts) =>
        Assert.Contains(errors, error => Array.TrueForAll(parts, part => error.Contains(part, StringComparison.Ordinal)));
}
