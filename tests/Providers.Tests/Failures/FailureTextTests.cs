using System.Globalization;
using ThotNet.Providers.Failures;

namespace ThotNet.Providers.Tests.Failures;

/// <summary>Times and words in failures.</summary>
public sealed class FailureTextTests
{
    [Theory]
    [InlineData("2m59.56s", 179.56)]
    [InlineData("6s", 6)]
    [InlineData("350ms", 0.35)]
    [InlineData("1h0m0s", 3600)]
    [InlineData("0s", 0)]
    [InlineData("500µs", 0.0005)]
    [InlineData("1500us", 0.0015)]
    [InlineData("9m38.016s", 578.016)]
    public void GoDuration_Durations_AreRead_Wire31(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var value));
        Assert.Equal(seconds, value.TotalSeconds, 0.00001);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5s ")]
    [InlineData("1.2.3s")]
    [InlineData("99999999h")]
    [InlineData("5x")]
    public void GoDuration_Others_AreRefused_Wire31(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Theory]
    [InlineData("2026-11-22T12:00:00Z", 20)]
    [InlineData("2026-07-01T12:00:00Z", 19)]
    [InlineData("2026-11-01T07:00:00Z", 25)]
    [InlineData("2026-03-08T08:00:00Z", 23)]
    public void Midnight_LosAngeles_HeedsSummerTime_Wire45(string now, double hours) =>
        Assert.Equal(hours, Midnight.UntilPacific(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture)).TotalHours);

    [Theory]
    [InlineData("key sk-proj-abcdef123456 refused", "key [key] refused")]
    [InlineData("gsk_abcdefghijkl", "[key]")]
    [InlineData("AIzaSyA-1234567890", "[key]")]
    [InlineData("Incorrect key: sk-abcd****wxyz.", "Incorrect key: [key]")]
    [InlineData("Authorization: Bearer abc.def", "Authorization: [key]")]
    [InlineData("in organization `org_01jabc` on", "in organization `[account]` on")]
    [InlineData("project projects/12345 off", "project [account] off")]
    [InlineData("consumer 'project_number:123456789' is", "consumer '[account]' is")]
    [InlineData("project number 123456789, project_id: my-app", "[account], [account]")]
    [InlineData("in project 123456789 before", "in [account] before")]
    [InlineData("project 'my-app-123456' and gen-lang-client-0123456789", "[account]' and [account]")]
    [InlineData("overview?project=123456789 then", "overview?[account] then")]
    [InlineData("by bot-1@my-app.iam.gserviceaccount.com today", "by [account] today")]
    [InlineData(
        "Rate limit reached for model `x` in organization `org_01hq2k7v9zf2` service tier `on_demand` on tokens per day (TPD): Limit 100000",
        "Rate limit reached for model `x` in organization `[account]` service tier `on_demand` on tokens per day (TPD): Limit 100000")]
    [InlineData("No cookie auth for user_2xAbCdEfGh1234567890 found", "No cookie auth for [account] found")]
    [InlineData("Key AIzaSyD-abc_DEF1234567890abcdefghijk was reported", "Key [key] was reported")]
    [InlineData("a project that is new, user location, limit 5 of project quota", "a project that is new, user location, limit 5 of project quota")]
    [InlineData("see https://a.b/c?d=e.", "see [address]")]
    [InlineData("host api.internal.acme.com:8443/x failed", "host [host] failed")]
    [InlineData("connect to 10.1.2.3:80 or localhost:99", "connect to [host] or [host]")]
    [InlineData("our-own-secret leaked", "[key] leaked")]
    [InlineData("a\r\n\tb\u0000c", "a b c")]
    [InlineData("model llama-3.1-8b-instant at 4.77s, openai/gpt-oss-20b", "model llama-3.1-8b-instant at 4.77s, openai/gpt-oss-20b")]
    public void Redactor_Secrets_AreTakenOut(string text, string expected) => Assert.Equal(expected, Redactor.Clean(text, "our-own-secret"));

    [Fact]
    public void Redactor_LongText_IsCutBetweenCharacters()
    {
        var cut = Redactor.Clean(new string('x', Redactor.MaxLength - 1) + "😀😀", "");

        Assert.Equal(Redactor.MaxLength - 1, cut.Length);
    }
}
