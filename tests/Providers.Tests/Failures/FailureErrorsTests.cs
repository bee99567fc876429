using ThotNet.Grains.Abstractions.Errors;
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

    [Theory]
    [InlineData(FailureClass.Transient)]
    [InlineData(FailureClass.TimedOut)]
    [InlineData(FailureClass.BrokenStream)]
    [InlineData(FailureClass.KeyRefused)]
    public void OfAll_ProvidersFault_IsTemporarilyUnavailable(FailureClass kind)
    {
        Assert.Equal(
            ApiError.TemporarilyUnavailable(FailureErrors.UsualWait), FailureErrors.OfAll(new ProviderFailure(kind, 500, "words")));
        Assert.Equal(
            ApiError.TemporarilyUnavailable(FailureErrors.LongestWait), FailureErrors.OfAll(new ProviderFailure(kind, 500, "words", RetryAfter: TimeSpan.FromHours(1))));
    }

    [Theory]
    [InlineData(FailureClass.CallerMistake)]
    [InlineData(FailureClass.TooLarge)]
    [InlineData(FailureClass.Throttled)]
    [InlineData(FailureClass.QuotaGone)]
    public void OfAll_AnythingElse_IsAsOfOne(FailureClass kind)
    {
        var failure = new ProviderFailure(kind, 400, "words", RetryAfter: TimeSpan.FromSeconds(9));

        Assert.Equal(FailureErrors.ToApiError(failure, DateTimeOffset.UnixEpoch), FailureErrors.OfAll(failure, DateTimeOffset.UnixEpoch));
    }

    [Theory]
    [InlineData(FailureClass.CallerMistake, null)]
    [InlineData(FailureClass.Transient, null)]
    [InlineData(FailureClass.TooLarge, null)]
    [InlineData(FailureClass.ModelGone, "Su proveedor ya no ofrece este modelo.")]
    [InlineData(FailureClass.ThrottledUpstream, "El proveedor está limitando las solicitudes; inténtelo de nuevo más tarde.")]
    [InlineData(FailureClass.QuotaGone, "La cuota de este modelo está agotada.")]
    [InlineData(FailureClass.TimedOut, "El proveedor no respondió a tiempo.")]
    [InlineData(FailureClass.KeyRefused, "El proveedor no está disponible para este servicio.")]
    [InlineData(FailureClass.BrokenStream, "La respuesta del proveedor se cortó antes de estar completa.")]
    public void ToApiError_OurOwnWords_AreInSpanishAsWell_ThoseOfProvidersAreNot(FailureClass kind, string? spanish) =>
        Assert.Equal(spanish, FailureErrors.ToApiError(new ProviderFailure(kind, 500, "words")).Spanish);

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
