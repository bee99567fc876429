using System.Globalization;
using System.Net;
using System.Text.Json;

namespace ThotNet.EndToEnd.Tests;

/// <summary>Each failure of Google's (wire.md 4.5): what a caller who insists on Gemini is told, who serves others, and what ThotNet remembers.</summary>
public sealed class GeminiFailureTests(GeminiFailureFixture fixture) : IClassFixture<GeminiFailureFixture>
{
    /// <summary>What is remembered of a failure: the target is open, off, or its budget closed for seconds or until midnight at Google.</summary>
    private const int Open = 0;
    private const int Off = -1;
    private const int Midnight = -2;

    public static TheoryData<string, int, string?, int> Cases => new()
    {
        { "400-key", 502, "provider_unavailable", Off },
        { "400-context", 400, "context_length_exceeded", Open },
        { "400-signature", 400, "model_failure", Open },
        { "400-location", 502, "provider_unavailable", Off },
        { "401", 502, "provider_unavailable", Off },
        { "403", 502, "provider_unavailable", Off },
        { "403-disabled", 502, "provider_unavailable", Off },
        { "404", 404, "model_not_found", Off },
        { "limit-0", 404, "model_not_found", Off },
        { "429", 429, "rate_limit_exceeded", 35 },
        { "429-tokens", 429, "rate_limit_exceeded", 12 },
        { "429-no-retry-info", 429, "rate_limit_exceeded", 35 },
        { "429-no-details", 429, "rate_limit_exceeded", 35 },
        { "429-bare", 429, "rate_limit_exceeded", 10 },
        { "429-several", 429, "insufficient_quota", Midnight },
        { "per-day", 429, "insufficient_quota", Midnight },
        { "per-day-short", 429, "insufficient_quota", Midnight },
        { "499", 502, "provider_unavailable", Open },
        { "500", 502, "provider_unavailable", Open },
        { "503", 502, "provider_unavailable", Open },
        { "504", 502, "provider_unavailable", Open },
    };

    internal static IEnumerable<string> Presets => Cases.Select(row => row.Data.Item1).Append("400");

    [Theory, MemberData(nameof(Cases))]
    public async Task Chat_GoogleFails_IsToldInOurWordsAndRemembered(string preset, int status, string? code, int remembered)
    {
        var (midnight, begun) = (PacificMidnight(), TimeProvider.System.GetTimestamp());
        using var first = await PostAsync($"\"model\":\"first-{preset}/{GeminiFailureFixture.Model}\"");

        await AssertErrorAsync(first, status, code);
        Assert.Equal(1, Received($"first-{preset}"));
        AssertTimes(first, remembered, midnight, TimeProvider.System.GetElapsedTime(begun));

        using var second = await PostAsync($"\"model\":\"first-{preset}/{GeminiFailureFixture.Model}\"");
        Assert.Equal(remembered == Open ? 2 : 1, Received($"first-{preset}"));
        await AssertErrorAsync(second, remembered == Off && status == 502 ? 503 : status, null);

        using var order = await PostAsync($"\"model\":\"second-{preset}/{GeminiFailureFixture.Model}\",\"models\":[\"openrouter/openrouter/free\"]");
        Assert.Equal((200, "openrouter", "2"), ((int)order.StatusCode, Header(order, "x-thotnet-provider"), Header(order, "x-thotnet-attempts")));
    }

    [Fact]
    public async Task Chat_CallersMistake_GoesBackWithoutAnotherTry()
    {
        using var order = await PostAsync($"\"model\":\"first-400/{GeminiFailureFixture.Model}\",\"models\":[\"openrouter/openrouter/free\"]");

        await AssertErrorAsync(order, 400, null);
        Assert.Contains("invalid argument", await order.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task AssertErrorAsync(HttpResponseMessage response, int status, string? code)
    {
        var body = await response.Content.ReadAsStringAsync();
        var error = JsonDocument.Parse(body).RootElement.GetProperty("error");
        Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(field => field.Name));
        Assert.Equal((status, code ?? error.GetProperty("code").GetString()), ((int)response.StatusCode, error.GetProperty("code").GetString()));
        foreach (var secret in new[] { "AIza", "project", "googleapis", "google.dev", "127.0.0.1", "sim-", "leaked" })
        {
            Assert.DoesNotContain(secret, body, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static void AssertTimes(HttpResponseMessage response, int remembered, DateTimeOffset midnight, TimeSpan since)
    {
        var wait = response.Headers.RetryAfter?.Delta?.TotalSeconds;
        switch (remembered)
        {
            case Midnight:
                var reset = DateTimeOffset.Parse(Header(response, "x-thotnet-reset"), CultureInfo.InvariantCulture);
                Assert.InRange(reset, midnight.AddSeconds(-2), PacificMidnight().AddSeconds(2));
                Assert.InRange(wait!.Value, 1, 60);
                Assert.Equal("false", Header(response, "x-should-retry"));
                break;
            case > 0:
                // Google says fractions of a second, and some of the time is over when the answer is written.
                Assert.InRange(wait!.Value, remembered - 1 - since.TotalSeconds, remembered);
                Assert.False(response.Headers.Contains("x-thotnet-reset"));
                break;
            default:
                Assert.Equal(response.StatusCode >= HttpStatusCode.InternalServerError, wait is not null);
                break;
        }
    }

    private static DateTimeOffset PacificMidnight()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/Los_Angeles");
        var midnight = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), zone).Date.AddDays(1);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight));
    }

    private int Received(string account) => fixture.Thotnet.Simulator.Requests().Count(request => request.Account == account);

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));

    private Task<HttpResponseMessage> PostAsync(string model)
    {
        var message = ChatPost.Of($$"""{{{model}},"messages":[{"role":"user","content":"Hello"}]}""");
        message.Headers.Add("x-thotnet-max-wait", "0");
        return fixture.Thotnet.Client.SendAsync(message);
    }
}
