using ThotNet.Grains.Abstractions.Errors;

namespace ThotNet.Providers.Failures;

/// <summary>What a caller is told when a provider's failure ends its request (wire.md 1.4, 1.6, 3.3).</summary>
public static class FailureErrors
{
    /// <summary>Longest <c>Retry-After</c>; some clients wait it out three times, whatever it is (wire.md 1.6).</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>When another try may succeed where nobody says: by then the circuit of a target that failed is half open.</summary>
    public static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(5);

    /// <summary>The caller's error for a model that its provider serves no longer.</summary>
    public static ApiError ModelGone { get; } =
        new(404, "The model is not available at its provider any more.", "invalid_request_error", "model_not_found", "model")
        {
            Spanish = "Su proveedor ya no ofrece este modelo.",
        };

    /// <summary>The caller's error for a failure. Our own troubles with a provider's key never look like the caller's.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="now">The current time, from which <see cref="ApiError.ResetsAt"/> of a spent quota is reckoned; null to leave it out.</param>
    public static ApiError ToApiError(ProviderFailure failure, DateTimeOffset? now = null)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Class switch
        {
            FailureClass.CallerMistake or FailureClass.ContentPolicy => PassedOn(failure, IsClientStatus(failure.Status) ? failure.Status : 400),
            FailureClass.ModelFailure => PassedOn(failure, 400),
            FailureClass.TooLarge => new ApiError(400, failure.Message, "invalid_request_error", "context_length_exceeded", failure.Param),
            FailureClass.ModelGone => ModelGone,
            FailureClass.Throttled or FailureClass.ThrottledUpstream => new ApiError(
                429, "The provider is limiting requests; try again later.", "rate_limit_error", "rate_limit_exceeded", null, WaitOf(failure))
            {
                Spanish = "El proveedor está limitando las solicitudes; inténtelo de nuevo más tarde.",
            },
            FailureClass.QuotaGone => QuotaGone(failure, now),
            FailureClass.TimedOut => new ApiError(504, "The provider did not answer in time.", "server_error", "provider_timeout")
            {
                Spanish = "El proveedor no respondió a tiempo.",
            },
            FailureClass.KeyRefused => new ApiError(502, "The provider is not available to this gateway.", "server_error", "provider_unavailable")
            {
                Spanish = "El proveedor no está disponible para este servicio.",
            },
            _ => new ApiError(502, failure.Message, "server_error", "provider_unavailable", null, WaitOf(failure))
            {
                // Our own words; those of providers are passed on as they are.
                Spanish = failure.Class is FailureClass.BrokenStream ? "La respuesta del proveedor se cortó antes de estar completa." : null,
            },
        };
    }

    /// <summary>
    /// The caller's error where it had left the choice of target to us and none could serve it. What exactly the last one said is of no use then, except
    /// what the caller can do something about.
    /// </summary>
    /// <param name="last">The last failure.</param>
    /// <param name="now">As for <see cref="ToApiError"/>.</param>
    public static ApiError OfAll(ProviderFailure last, DateTimeOffset? now = null)
    {
        var error = ToApiError(last, now);
        return error.Status >= 500 ? ApiError.TemporarilyUnavailable(WaitOf(last) ?? UsualWait) : error;
    }

    private static bool IsClientStatus(int status) => status is >= 400 and < 500 and not 401;

    private static ApiError PassedOn(ProviderFailure failure, int status) =>
        new(status, failure.Message, failure.Type, failure.Code, failure.Param);

    private static TimeSpan? WaitOf(ProviderFailure failure) => failure.RetryAfter > LongestWait ? LongestWait : failure.RetryAfter;

    private static ApiError QuotaGone(ProviderFailure failure, DateTimeOffset? now) => new(
        429, "The quota for this model is spent.", "insufficient_quota", "insufficient_quota", null, WaitOf(failure) ?? LongestWait)
    {
        Spanish = "La cuota de este modelo está agotada.",
        ShouldRetry = false,
        ResetsAt = now + failure.RetryAfter,
    };
}
