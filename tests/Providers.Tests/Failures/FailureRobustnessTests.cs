using CsCheck;
using ThotNet.Providers.Failures;
using ThotNet.Providers.Gemini;
using ThotNet.Providers.OpenAi;
using ThotNet.Providers.Tests.OpenAi;

namespace ThotNet.Providers.Tests.Failures;

/// <summary>Whatever a provider says of a failure, in its body, its headers or in words, callers get an error of OpenAI's without our key.</summary>
public sealed class FailureRobustnessTests
{
    private static readonly string[] Bodies =
    [
        """
        [{"error":{"code":429,"message":"Please retry in 4.7s, limit: 0, project_number:1234567","status":"RESOURCE_EXHAUSTED","details":[
         {"@type":"QuotaFailure","violations":[{"quotaId":"PerDay","quotaValue":"20"}]},{"@type":"RetryInfo","retryDelay":"3s"},{"reason":"API_KEY_INVALID"}]}}]
        """,
        """
        {"error":{"code":429,"message":"Provider returned error","error_type":"x","metadata":{"headers":{"X-RateLimit-Reset":"1763812800000"},"raw":"r","provider_name":"p"},
         "availability":{"code":"capacity_exhausted","retry_after":3}},"user_id":"user_abcdef"}
        """,
        """
        {"error":{"message":"Rate limit reached in organization `org_01jabc` on tokens per day (TPD): Limit 1, Used 2. Please try again in 9m38.016s.","type":"tokens",
         "code":"rate_limit_exceeded","param":"x","failed_generation":"f","status_code":400}}
        """,
        $$"""{"choices":[{"index":0,"delta":{},"finish_reason":"error","error":{"code":"server_error","message":"{{AdapterFixture.Key}}"} }],"x_groq":{"error":"e"} }""",
    ];

    private static readonly int[] Statuses = [400, 401, 402, 403, 404, 408, 413, 422, 429, 498, 499, 500, 502, 503, 504, 529];

    private static readonly IProviderAdapter[] Adapters =
    [
        new GeminiAdapter(AdapterFixture.Endpoint),
        .. new[] { OpenAiDialect.Generic, OpenAiDialect.OpenRouter, OpenAiDialect.Groq }.Select(dialect => new OpenAiAdapter(AdapterFixture.Endpoint, dialect)),
    ];

    private static readonly Gen<string> Wait = Changed.Text("2m59.56s", "350ms", "1h0m0s", "500µs", "34.074824224s", "1.5", "1763812800000", "Sun, 22 Nov 2026 12:01:00 GMT");

    [Fact]
    public void Failures_ChangedAtWill_AreErrorsOfOpenAis_Wire14() =>
        Gen.Select(Changed.Bytes(Bodies), Gen.Int[0, Statuses.Length - 1], Wait).MustHold(
            (bytes, status, wait) =>
            {
                using var response = new HttpResponseMessage();
                foreach (var name in new[] { "Retry-After", "retry-after-ms", "X-RateLimit-Reset" })
                    response.Headers.TryAddWithoutValidation(name, wait);
                foreach (var adapter in Adapters)
                {
                    AssertFit(adapter.ReadFailure(Statuses[status], response.Headers, bytes, AdapterFixture.Now));
                    AssertFit(adapter.ReadFailure(Statuses[status], new HttpResponseMessage().Headers, bytes, AdapterFixture.Now));
                }
            },
            iter: 1_000);

    [Fact]
    public void FailuresInStreams_ChangedAtWill_AreErrorsOfOpenAis_Wire45() => Changed.Bytes(Bodies).MustHold(
        bytes =>
        {
            foreach (var adapter in Adapters)
            {
                var translator = adapter.CreateStreamTranslator(
                    AdapterFixture.Request(AdapterFixture.With("\"stream\":true")), AdapterFixture.Target, AdapterFixture.Now);
                var kind = translator.Translate("error"u8, bytes, new System.Buffers.ArrayBufferWriter<byte>());
                Assert.Equal(kind == StreamEvent.Failed, translator.Failure is not null);
                if (translator.Failure is { } failure)
                    AssertFit(failure);
            }
        },
        iter: 1_500);

    [Fact]
    public void RateLimitHeaders_ChangedAtWill_CloseForATime_Wire31() => Gen.Select(Wait, Changed.Text("14400", "0"), Changed.Text("0", "-1")).MustHold(
        (reset, limit, remaining) =>
        {
            using var response = new HttpResponseMessage();
            response.Headers.TryAddWithoutValidation("x-ratelimit-reset-tokens", reset);
            response.Headers.TryAddWithoutValidation("x-ratelimit-limit-tokens", limit);
            response.Headers.TryAddWithoutValidation("x-ratelimit-remaining-tokens", remaining);
            if (GroqFailures.LimitHeaders.Read(response.Headers) is { } evidence)
                Assert.InRange(evidence.ClosedFor, TimeSpan.Zero, GoDuration.Longest);
        },
        iter: 5_000);

    [Fact]
    public void Durations_ChangedAtWill_AreReadWithinBounds_Wire31() => Wait.MustHold(
        text =>
        {
            Assert.True(!GoDuration.TryParsePrefix(text, out var value, out var length) || (length > 0 && length <= text.Length));
            Assert.InRange(value, TimeSpan.Zero, GoDuration.Longest);
            AssertWait(RetryHints.FromWords($"Please try again in {text}"));
            AssertWait(RetryHints.FromEpoch(text, AdapterFixture.Now));
        },
        iter: 10_000);

    private static void AssertFit(ProviderFailure failure)
    {
        var error = FailureErrors.ToApiError(failure, AdapterFixture.Now);
        Assert.NotEmpty(error.Message);
        Assert.NotEmpty(error.Type);
        Assert.DoesNotContain(AdapterFixture.Key, error.ToString(), StringComparison.Ordinal);
        Assert.InRange(error.Status, 400, 599);
        Assert.NotEqual(401, error.Status);
        Assert.True(failure.Class != FailureClass.KeyRefused || error.Status == 502);
        Assert.True(!error.IsRetryable || error.RetryAfterSeconds is >= 1 and <= 60);
        AssertWait(failure.RetryAfter);
        AssertWait(failure.Evidence?.ClosedFor);
    }

    private static void AssertWait(TimeSpan? wait) => Assert.True(wait is null || (wait >= TimeSpan.Zero && wait <= RetryHints.Longest));
}
