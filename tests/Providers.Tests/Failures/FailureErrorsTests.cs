using ThotNet.Providers.Failures;

namespace ThotNet.Providers.Tests.Failures;

/// <summary>What callers are told (wire.md 1.4, 1.6).</summary>
public sealed class FailureErrorsTests
{
    [Theory]
    [InlineData(FailureClass.CallerMistake, 422, 422, "c")]
    [InlineData(FailureClass.CallerMistake, 0, 400, "c")]
    [InlineData(FailureClass.CallerMistake, 401, 400, "c")]
    [InlineData(FailureClass.ContentPolicy, 403, 403, "c")]
    [InlineData(FailureClass.ModelFailure, 422, 400, "c")]
    [InlineData(FailureClass.TooLarge, 413, 400, "context_length_exceeded")]
    [InlineData(FailureClass.ModelGone, 404, 404, "model_not_found")]
    [InlineData(FailureClass.Throttled, 429, 429, "rate_limit_exceeded")]
    [InlineData(FailureClass.ThrottledUpstream, 429, 429, "rate_limit_exceeded")]
    [InlineData(FailureClass.QuotaGone, 402, 429, "insufficient_quota")]
    [InlineData(FailureClass.KeyRefused, 401, 502, "provider_unavailable")]
    [InlineData(FailureClass.Transient, 500, 502, "provider_unavailable")]
    [InlineData(FailureClass.TimedOut, 0, 504, "provider_timeout")]
    public void ToApiError_Class_HasItsStatusAndCode_Wire14(FailureClass kind, int status, int expected, string code)
    {
        var error = FailureErrors.ToApiError(new ProviderFailure(kind, status, "words", "some_type", "c", "p"));

        Assert.Equal((expected, code), (error.Status, error.Code));
        Assert.Equal(expected is 429 or >= 500, error.RetryAfterSeconds >= 1);
    }

    [Fact]
    public void ToApiError_CallersMistake_KeepsWords()
    {
        var error = FailureErrors.ToApiError(new ProviderFailure(FailureClass.CallerMistake, 400, "words", "some_type", "c", "p"));

        Assert.Equal(("words", "some_type", "p"), (error.Message, error.Type, error.Param));
    }

    [Fact]
    public void ToApiError_RefusedKey_TellsNothingOfIt() =>
        Assert.DoesNotContain("words", FailureErrors.ToApiError(new ProviderFailure(FailureClass.KeyRefused, 401, "words")).Message, StringComparison.Ordinal);

    [Fact]
    public void ToApiError_Throttled_TellsTheWait() =>
        Assert.Equal(5, FailureErrors.ToApiError(new ProviderFailure(FailureClass.Throttled, 429, "w", RetryAfter: TimeSpan.FromSeconds(4.77))).RetryAfterSeconds);

    [Theory]
    [InlineData(FailureClass.Throttled)]
    [InlineData(FailureClass.ThrottledUpstream)]
    [InlineData(FailureClass.Transient)]
    public void ToApiError_LongWait_HangsNoClient_Wire16(FailureClass kind) =>
        Assert.Equal(60, FailureErrors.ToApiError(new ProviderFailure(kind, 429, "w", RetryAfter: TimeSpan.FromHours(3))).RetryAfterSeconds);

    [Fact]
    public void ToApiError_QuotaGone_IsNotWorthARetry_Wire16()
    {
        var now = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

        var error = FailureErrors.ToApiError(new ProviderFailure(FailureClass.QuotaGone, 429, "w", RetryAfter: TimeSpan.FromHours(12)), now);

        Assert.False(error.ShouldRetry);
        Assert.Equal(60, error.RetryAfterSeconds);
        Assert.Equal(now.AddHours(12), error.ResetsAt);
    }
}
