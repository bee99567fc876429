using System.Globalization;
using System.Net.Http.Headers;

namespace ThotNet.Providers.Failures;

/// <summary>Turns what a provider said into a <see cref="ProviderFailure"/> whose words are fit for callers.</summary>
/// <param name="endpoint">The provider, whose key must not show.</param>
/// <param name="judge">Classifies by the provider's own signs; null to go by code and status alone.</param>
internal readonly struct FailureReader(ProviderEndpoint endpoint, Func<FailureFacts, Verdict?> judge)
{
    private const string UnusableCode = "model_failure";

    /// <summary>Reads an answer whose status is not 2xx.</summary>
    public ProviderFailure Read(int status, HttpResponseHeaders headers, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        Judge(FailureFacts.Read(status, headers, body, now), status);

    /// <summary>Reads an error inside a 200: the whole body, or one event's data.</summary>
    public ProviderFailure ReadInside(ReadOnlySpan<byte> json, DateTimeOffset now)
    {
        var facts = FailureFacts.Read(0, null, json, now);
        return Judge(facts, facts.Status);
    }

    /// <summary>An answer that is no answer: not JSON, or without what it must have.</summary>
    public static ProviderFailure Unreadable(string what) =>
        new(FailureClass.Transient, 200, $"The provider's answer could not be read: {what}.", Code: "provider_unreadable");

    /// <summary>An answer that the model began but could not bring to a useful end.</summary>
    /// <param name="reason">The provider's word for it, a fixed one.</param>
    public static ProviderFailure Unusable(string reason) => new(
        FailureClass.ModelFailure, 200, $"The model's answer could not be used: {reason}.", "invalid_request_error", UnusableCode);

    private ProviderFailure Judge(FailureFacts facts, int status)
    {
        var verdict = judge(facts) ?? CommonFailures.Judge(facts);
        var type = verdict.Class is FailureClass.CallerMistake or FailureClass.ContentPolicy or FailureClass.ModelFailure
            ? "invalid_request_error"
            : "server_error";
        return new ProviderFailure(
            verdict.Class,
            status,
            MessageOf(facts, status),
            Clean(facts.Type) ?? type,
            Clean(facts.ErrorType ?? (facts.GoogleStatus is null ? facts.Code : CodeOf(verdict.Class))),
            Clean(facts.Param),
            verdict.RetryAfter,
            verdict.Evidence);
    }

    // Google's words for a status are no codes that a client of OpenAI's knows (wire.md 1.4, 4.5).
    private static string? CodeOf(FailureClass kind) => kind switch
    {
        FailureClass.CallerMistake => null,
        FailureClass.ContentPolicy => "content_policy_violation",
        FailureClass.TooLarge => "context_length_exceeded",
        FailureClass.ModelGone => "model_not_found",
        FailureClass.Throttled or FailureClass.ThrottledUpstream => "rate_limit_exceeded",
        FailureClass.QuotaGone => "insufficient_quota",
        FailureClass.ModelFailure => UnusableCode,
        _ => "provider_unavailable",
    };

    private string MessageOf(FailureFacts facts, int status)
    {
        if (Clean(facts.Message) is { Length: > 0 } message)
            return message;
        return status == 0
            ? "The provider reported an error."
            : string.Create(CultureInfo.InvariantCulture, $"The provider answered with status {status}.");
    }

    private string? Clean(string? text) => text is null ? null : Redactor.Clean(text, endpoint.ApiKey);
}
