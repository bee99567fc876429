using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Tests.OpenAi;

/// <summary>What holds for every dialect: failures (wire.md 1.4, 2.3, 3.3).</summary>
public abstract class FailureContract(OpenAiDialect dialect)
{
    private readonly AdapterFixture _fixture = new(dialect);

    private static string Error(string message, string code = "null", string type = "null") =>
        $$$"""{"error":{"message":"{{{message}}}","type":{{{type}}},"param":null,"code":{{{code}}}}}""";

    [Theory]
    [InlineData(400, FailureClass.CallerMistake)]
    [InlineData(401, FailureClass.KeyRefused)]
    [InlineData(402, FailureClass.QuotaGone)]
    [InlineData(403, FailureClass.KeyRefused)]
    [InlineData(404, FailureClass.ModelGone)]
    [InlineData(408, FailureClass.Transient)]
    [InlineData(413, FailureClass.TooLarge)]
    [InlineData(429, FailureClass.Throttled)]
    [InlineData(500, FailureClass.Transient)]
    [InlineData(502, FailureClass.Transient)]
    [InlineData(503, FailureClass.Transient)]
    [InlineData(504, FailureClass.Transient)]
    [InlineData(524, FailureClass.Transient)]
    [InlineData(529, FailureClass.Transient)]
    [InlineData(418, FailureClass.Transient)]
    [InlineData(302, FailureClass.Transient)]
    public void ReadFailure_Status_IsClassified_Wire23(int status, FailureClass expected)
    {
        var failure = _fixture.Failure(status, Error("Something."));

        Assert.Equal(expected, failure.Class);
        Assert.Equal(status, failure.Status);
        Assert.Equal("Something.", failure.Message);
    }

    [Theory]
    [InlineData(400, "\"context_length_exceeded\"", FailureClass.TooLarge)]
    [InlineData(400, "\"content_policy_violation\"", FailureClass.ContentPolicy)]
    [InlineData(400, "\"model_decommissioned\"", FailureClass.ModelGone)]
    [InlineData(400, "\"model_not_found\"", FailureClass.ModelGone)]
    [InlineData(429, "\"insufficient_quota\"", FailureClass.QuotaGone)]
    public void ReadFailure_Code_CountsMoreThanStatus_Wire14(int status, string code, FailureClass expected) =>
        Assert.Equal(expected, _fixture.Failure(status, Error("Something.", code)).Class);

    [Fact]
    public void ReadFailure_ContextLengthInWords_IsTooLarge_Wire23() =>
        Assert.Equal(
            FailureClass.TooLarge,
            _fixture.Failure(400, Error("This endpoint's maximum context length is 8192 tokens.")).Class);

    [Theory]
    [InlineData("<html><h1>Bad gateway from host7.internal</h1></html>")]
    [InlineData("")]
    [InlineData("{\"error\":{\"message\":\"cut of")]
    [InlineData("upstream connect error at 10.0.0.1")]
    public void ReadFailure_UnreadableBody_HasOurOwnWords_Wire23(string body)
    {
        var failure = _fixture.Failure(502, body);

        Assert.Equal(FailureClass.Transient, failure.Class);
        Assert.Equal("The provider answered with status 502.", failure.Message);
    }

    [Theory]
    [InlineData("Retry-After", "7", 7)]
    [InlineData("Retry-After", "1.5", 1.5)]
    [InlineData("retry-after-ms", "250", 0.25)]
    [InlineData("Retry-After", "Sun, 22 Nov 2026 12:01:00 GMT", 60)]
    [InlineData("Retry-After", "Sun, 22 Nov 2026 11:00:00 GMT", 0.1)]
    public void ReadFailure_RetryAfter_ClosesTheQuota_Wire15(string name, string value, double seconds)
    {
        var failure = _fixture.Failure(429, Error("Slow down."), (name, value));

        Assert.Equal(FailureClass.Throttled, failure.Class);
        Assert.Equal(TimeSpan.FromSeconds(seconds), failure.RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(seconds), failure.Evidence!.ClosedFor);
    }

    [Fact]
    public void ReadFailure_MillisecondsComeFirst_Wire15() =>
        Assert.Equal(
            TimeSpan.FromMilliseconds(300),
            _fixture.Failure(429, Error("Slow down."), ("Retry-After", "1"), ("retry-after-ms", "300")).RetryAfter);

    [Theory]
    [InlineData("Retry-After", "")]
    [InlineData("Retry-After", "soon")]
    [InlineData("Retry-After", "NaN")]
    [InlineData("retry-after-ms", "NaN")]
    [InlineData("X-RateLimit-Reset", "NaN")]
    [InlineData("Retry-After", "Infinity")]
    [InlineData("Retry-After", "-5")]
    public void ReadFailure_ThrottleWithoutUsableTime_ClosesForAWhile(string name, string value) =>
        Assert.InRange(_fixture.Failure(429, Error("Slow down."), (name, value)).Evidence!.ClosedFor, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    [Fact]
    public void ReadFailure_OutOfCredits_ClosesForLong_Wire23()
    {
        var failure = _fixture.Failure(402, Error("This request requires more credits, or fewer max_tokens."));

        Assert.Equal(FailureClass.QuotaGone, failure.Class);
        Assert.Equal(TimeSpan.FromMinutes(10), failure.Evidence!.ClosedFor);
    }

    [Fact]
    public void ReadFailure_OthersThanQuota_AreNoEvidence() => Assert.Null(_fixture.Failure(500, Error("x"), ("Retry-After", "3")).Evidence);

    [Fact]
    public void ReadFailure_Message_IsRedacted()
    {
        var failure = _fixture.Failure(
            400,
            Error($"Key {AdapterFixture.Key} and gsk_abcdefghijk of org_01abcdefg at https://api.acme.com/v1?key=AIzaSyA1234567 refused."));

        Assert.Equal("Key [key] and [key] of [account] at [address] refused.", failure.Message);
    }

    [Fact]
    public void ReadFailure_LongMessage_IsCut() => Assert.Equal(500, _fixture.Failure(400, Error(new string('x', 10_000))).Message.Length);

    [Fact]
    public void ReadFailure_NumericCode_BecomesText_Wire23() => Assert.Equal("400", _fixture.Failure(400, Error("x", "400", "7")).Code);
}

public sealed class GenericFailureContractTests() : FailureContract(OpenAiDialect.Generic);

public sealed class OpenRouterFailureContractTests() : FailureContract(OpenAiDialect.OpenRouter);

public sealed class GroqFailureContractTests() : FailureContract(OpenAiDialect.Groq);
