using System.Buffers;
using System.Text.Json;

namespace ThotNet.Grains.Abstractions.Errors;

/// <summary>
/// What a caller is told when a request cannot be served: OpenAI's error object (wire.md 1.4), all four keys always there.
/// It never holds keys, our own hosts or another tenant's data.
/// </summary>
/// <param name="Status">HTTP status, 400 to 599.</param>
/// <param name="Message">One clear sentence for a developer.</param>
/// <param name="Type">OpenAI's error type, for example <c>invalid_request_error</c>.</param>
/// <param name="Code">OpenAI's error code, for example <c>model_not_found</c>, or null.</param>
/// <param name="Param">The field that is wrong, for example <c>messages[0].role</c>, or null.</param>
/// <param name="RetryAfter">
/// When another try may succeed. Sent rounded up to whole seconds, at least 1, on 408, 429 and 5xx (wire.md section 0, point 3).
/// </param>
public sealed record ApiError(int Status, string Message, string Type, string? Code = null, string? Param = null, TimeSpan? RetryAfter = null)
{
    /// <summary>The message in Spanish, for callers who prefer it; null for messages that are English only, as those about mistakes in a request's fields.</summary>
    public string? Spanish { get; init; }

    /// <summary>False when a retry is pointless and clients should be told so with <c>x-should-retry: false</c>.</summary>
    public bool ShouldRetry { get; init; } = true;

    /// <summary>The true time at which a spent day budget comes back, sent as <c>x-thotnet-reset</c>; null for other errors.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>A mistake of the caller: 400 <c>invalid_request_error</c>.</summary>
    public static ApiError Invalid(string message, string? param = null, string? code = null) =>
        new(400, message, "invalid_request_error", code, param);

    /// <summary>An unknown model: 404 <c>model_not_found</c>.</summary>
    public static ApiError ModelNotFound(string model) =>
        new(404, $"The model '{model}' does not exist or is not configured here.", "invalid_request_error", "model_not_found", "model")
        {
            Spanish = $"El modelo '{model}' no existe o no está configurado aquí.",
        };

    /// <summary>Nothing can serve the request now: 503 <c>service_unavailable</c>.</summary>
    public static ApiError Unavailable(string message, TimeSpan? retryAfter = null) =>
        new(503, message, "server_error", "service_unavailable", null, retryAfter ?? TimeSpan.FromSeconds(1));

    /// <summary>Whoever could serve the request has failed or is out of reach: 503 <c>service_unavailable</c>.</summary>
    /// <param name="retryAfter">When another try may succeed.</param>
    public static ApiError TemporarilyUnavailable(TimeSpan retryAfter)
    {
        var seconds = SecondsOf(retryAfter);
        return Unavailable($"The service is temporarily unavailable. Try again in {seconds} s.", retryAfter) with
        {
            Spanish = $"El servicio no está disponible temporalmente. Inténtelo de nuevo en {seconds} s.",
        };
    }

    /// <summary>True for the statuses that clients retry and that must carry a <c>Retry-After</c>.</summary>
    public bool IsRetryable => Status is 408 or 429 or >= 500;

    /// <summary>Whole seconds for <c>Retry-After</c>, at least 1; null when the status is not retryable.</summary>
    public int? RetryAfterSeconds => IsRetryable ? SecondsOf(RetryAfter ?? TimeSpan.Zero) : null;

    private static int SecondsOf(TimeSpan wait) => Math.Max(1, (int)Math.Min(int.MaxValue, Math.Ceiling(wait.TotalSeconds)));

    /// <summary>Writes <c>{"error":{"message","type","param","code"}}</c>.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="inSpanish">Whether the message is written in Spanish, if it is there.</param>
    public void WriteTo(IBufferWriter<byte> output, bool inSpanish = false)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", inSpanish && Spanish is not null ? Spanish : Message);
        json.WriteString("type", Type);
        json.WriteString("param", Param);
        json.WriteString("code", Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
