using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using ThotNet.Hosting.Configuration;
using ThotNet.Silo.Upstream;

namespace ThotNet.Silo.Tests.Upstream;

public sealed class StartNoticesTests
{
    private readonly ThotNetOptions _options = new() { Cache = { Redis = "cache:6379" } };
    private readonly Dictionary<string, string?> _keys = [];

    [Fact]
    public void Shares_ThatAddUpTo100_AreNotWorthAWord()
    {
        Add("openrouter", 70.2);
        Add("groq", 20);
        Add("gemini", 10);

        Assert.Empty(Notices());
    }

    [Fact]
    public void Shares_ThatDoNot_AreToldAsTheyAreInEffect()
    {
        Add("openrouter", 70);
        Add("groq", 20);
        Add("gemini", 5);

        Assert.Equal(
            "Information: The shares of the providers in use add up to 95, not 100; in effect they are: openrouter 73.7 %, groq 21.1 %, gemini 5.3 %",
            Assert.Single(Notices()));
    }

    [Fact]
    public void Providers_ThatAreOff_AreToldOnceEachWithTheReason()
    {
        Add("openrouter", 70);
        Add("groq", 20, key: "");
        Add("gemini", 10).Enabled = false;

        Assert.Equal(
            [
                "Information: Providers that are off: gemini (it is switched off), groq (GROQ_KEY is not set)",
                "Information: The shares of the providers in use add up to 70, not 100; in effect they are: openrouter 100 %",
            ],
            Notices());
    }

    [Fact]
    public void Audience_ThatNobodyServes_IsTold()
    {
        Add("openrouter", 90, key: "");
        Add("groq", 20, key: "");
        Add("gemini", 100);

        Assert.Equal(
            [
                "Information: Providers that are off: groq (GROQ_KEY is not set), openrouter (OPENROUTER_KEY is not set)",
                "Warning: No provider of the audience mobile is in use (openrouter,groq); its requests are refused",
            ],
            Notices());
    }

    [Fact]
    public void Provider_ThatNoAudienceHas_IsTold()
    {
        Add("openrouter", 60);
        Add("mine", 40);

        Assert.Equal("Warning: Providers that no audience has, so that they serve no browser: mine", Assert.Single(Notices()));
    }

    [Theory]
    [InlineData(true, null, "", true)]
    [InlineData(true, null, "cache:6379", false)]
    [InlineData(false, null, "", false)]
    [InlineData(false, true, "", true)]
    public void Cache_WithoutAStore_IsTold(bool isEnabled, bool? isEnabledForBob, string redis, bool isTold)
    {
        Add("openrouter", 100);
        _options.Cache.Enabled = isEnabled;
        _options.Cache.Redis = redis;
        _options.Callers["bob"] = new() { Cache = { Enabled = isEnabledForBob } };

        Assert.Equal(
            isTold ? ["Information: ThotNet:Cache:Redis is not set: each silo gives only those answers again that it has in its own memory"] : [],
            Notices());
    }

    private ProviderOptions Add(string name, double share, string key = "key")
    {
        var variable = $"{name.ToUpperInvariant()}_KEY";
        _keys[variable] = key;
        return _options.Providers[name] = new ProviderOptions { Share = share, ApiKeyVariable = variable };
    }

    private List<string> Notices()
    {
        var log = new Lines();
        log.LogStartNotices(_options, new ConfigurationBuilder().AddInMemoryCollection(_keys).Build());
        return log.Written;
    }

    private sealed class Lines : ILogger
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
