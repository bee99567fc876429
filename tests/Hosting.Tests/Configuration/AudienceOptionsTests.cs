using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using ThotNet.Hosting.Configuration;

namespace ThotNet.Hosting.Tests.Configuration;

public sealed class AudienceOptionsTests
{
    [Fact]
    public void Defaults_AreThreeAudiences() => Assert.Equal(
        [("desktop", "openrouter,groq,gemini"), ("mobile", "openrouter,groq"), ("power", "openrouter,groq,gemini,webllm")],
        Read().Routing.Audiences.Select(audience => (audience.Key, audience.Value)));

    [Fact]
    public void Settings_ChangeOneAndAddAnother_LeaveTheOthers()
    {
        var audiences = Read(("ThotNet:Routing:Audiences:MOBILE", "groq"), ("ThotNet:Routing:Audiences:kiosk", " Gemini , webllm ")).Routing.Audiences;

        Assert.Equal(["desktop", "kiosk", "mobile", "power"], audiences.Keys);
        Assert.Equal("groq", audiences["mobile"]);
        Assert.Equal(["gemini", "webllm"], RoutingOptions.ListProviders(audiences["kiosk"]));
    }

    [Fact]
    public void ManyMistakes_AreAllReportedAtOnce() => Assert.Equal(
        [
            "ThotNet:Routing:Audiences:: '' is not a usable name; allowed: 1 to 64 letters, digits, dots, dashes and underscores, a letter or digit first",
            "ThotNet:Routing:Audiences:browser: no provider that is configured is in it; allowed: at least one of gemini, groq, openrouter",
            "ThotNet:Routing:Audiences:mobile: no provider that is configured is in it; allowed: at least one of gemini, groq, openrouter",
            "ThotNet:Routing:Audiences:my own: 'my own' is not a usable name; allowed: 1 to 64 letters, digits, dots, dashes and underscores, a letter or digit first",
            "ThotNet:Routing:Audiences:tv: 'grok' is not a known provider; allowed: gemini, groq, openrouter, webllm",
            "ThotNet:Routing:Audiences:tv: 'nobody' is not a known provider; allowed: gemini, groq, openrouter, webllm",
        ],
        Errors(
            ("ThotNet:Routing:Audiences:", "groq"), ("ThotNet:Routing:Audiences:browser", "webllm"), ("ThotNet:Routing:Audiences:mobile", " , "),
            ("ThotNet:Routing:Audiences:my own", "groq"), ("ThotNet:Routing:Audiences:tv", "nobody,groq,grok"))
            .Order(StringComparer.Ordinal));

    [Fact]
    public void ListOfTheSourcesOwn_IsAMistake_BecauseTheDefaultWouldHoldUnnoticed() => Assert.Equal(
        "ThotNet:Routing:Audiences:mobile: a list is not allowed; allowed: text, parts separated by commas",
        Assert.Single(Errors(("ThotNet:Routing:Audiences:mobile:0", "groq"), ("ThotNet:Routing:Audiences:mobile", "groq"))));

    [Fact]
    public void ProviderThatIsSwitchedOff_MayBeInAnAudience() =>
        Assert.False(Read(("ThotNet:Providers:groq:Enabled", "false"), ("ThotNet:Routing:Audiences:mobile", "groq")).Providers["groq"].Enabled);

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("0.0001")]
    public void Share_ZeroOrBelow_IsReported(string share) => Assert.Equal(
        $"ThotNet:Providers:groq:Share: '{share}' is not allowed; allowed: a number, 0.001 to 1000000",
        Assert.Single(Errors(("ThotNet:Providers:groq:Share", share))));

    [Theory]
    [InlineData("-00:00:01")]
    [InlineData("00:02:00.001")]
    public void Patience_OutOfBounds_IsReported(string patience) => Assert.StartsWith(
        "ThotNet:Routing:Patience: '", Assert.Single(Errors(("ThotNet:Routing:Patience", patience))), StringComparison.Ordinal);

    [Fact]
    public void MayExplain_OfACaller_IsItsOwnOrNotSaid()
    {
        var options = Read(
            ("ThotNet:Access:MayExplain", "true"), ("ThotNet:Callers:alice:ApiKeyVariable", "ALICE_KEY"),
            ("ThotNet:Callers:bob:ApiKeyVariable", "BOB_KEY"), ("ThotNet:Callers:bob:MayExplain", "FALSE"));

        Assert.False(new ThotNetOptions().Access.MayExplain);
        Assert.Equal((true, null, false), (options.Access.MayExplain, options.Callers["alice"].MayExplain, options.Callers["bob"].MayExplain));
    }

    [Fact]
    public void MayExplain_NoTruthValue_IsReported() => Assert.Equal(
        "ThotNet:Callers:bob:MayExplain: 'maybe' is not valid; allowed: true or false",
        Assert.Single(Errors(("ThotNet:Callers:bob:ApiKeyVariable", "BOB_KEY"), ("ThotNet:Callers:bob:MayExplain", "maybe"))));

    [Fact]
    public void Difference_NamesChangedAndAddedAudiencesAndRights()
    {
        var one = Read(("ThotNet:Callers:bob:ApiKeyVariable", "BOB_KEY"));
        var other = Read(
            ("ThotNet:Callers:bob:ApiKeyVariable", "BOB_KEY"), ("ThotNet:Callers:bob:MayExplain", "true"),
            ("ThotNet:Routing:Audiences:mobile", "groq"), ("ThotNet:Routing:Audiences:tv", "groq"));

        var paths = OptionsDifference.Find(one, other).ToList();

        Assert.Equal(["ThotNet:Callers:bob:MayExplain", "ThotNet:Routing:Audiences:mobile", "ThotNet:Routing:Audiences:tv"], paths.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(paths, OptionsDifference.IsLimit);
    }

    private static IReadOnlyList<string> Errors(params (string, string)[] settings) =>
        Assert.Throws<ThotNetConfigurationException>(() => Read(settings)).Errors;

    private static ThotNetOptions Read(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        return builder.AddThotNetOptions(HostRole.Silo);
    }
}
