using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Unicode;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Failures;

/// <summary>
/// What a provider told about a failure, whichever of the three shapes it used: OpenAI's (wire.md 1.4), OpenRouter's (2.3) or Google's, which
/// may be the only element of an array (4.5).
/// </summary>
/// <remarks>Failures are rare and small, so this one place uses a document tree.</remarks>
internal sealed class FailureFacts
{
    private FailureFacts(int status, HttpResponseHeaders? headers, DateTimeOffset now)
    {
        Status = status;
        Headers = headers;
        Now = now;
        RetryAfter = RetryHints.FromHeaders(headers, now);
    }

    /// <summary>The HTTP status; for an error inside a 200 the one that the body names, or 0.</summary>
    public int Status { get; private set; }

    /// <summary>The response's headers; null for an error inside a 200.</summary>
    public HttpResponseHeaders? Headers { get; }

    public DateTimeOffset Now { get; }

    /// <summary>The wait that the headers tell.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The body was an error object.</summary>
    public bool IsReadable { get; private set; }

    public string Message { get; private set; } = "";

    public string? Type { get; private set; }

    /// <summary>The code as text, also if it was a number.</summary>
    public string? Code { get; private set; }

    public string? Param { get; private set; }

    /// <summary>OpenRouter's own word for the kind of error.</summary>
    public string? ErrorType { get; private set; }

    /// <summary>Google's word for the status, such as <c>RESOURCE_EXHAUSTED</c>.</summary>
    public string? GoogleStatus { get; private set; }

    /// <summary>OpenRouter's <c>metadata</c>, or the default element.</summary>
    public JsonElement Metadata { get; private set; }

    /// <summary>OpenRouter's <c>availability</c>, or the default element.</summary>
    public JsonElement Availability { get; private set; }

    /// <summary>Google's <c>details</c>; empty if there are none.</summary>
    public IReadOnlyList<JsonElement> Details { get; private set; } = [];

    /// <summary>Reads a failure.</summary>
    /// <param name="status">The HTTP status, or 0 for an error inside a 200.</param>
    /// <param name="headers">The headers, or null for an error inside a 200.</param>
    /// <param name="body">The body, or the event's data.</param>
    /// <param name="now">The current time.</param>
    public static FailureFacts Read(int status, HttpResponseHeaders? headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var facts = new FailureFacts(status, headers, now);
        if (!Utf8.IsValid(body))
            return facts;
        try
        {
            JsonBytes.CheckEscapes(body);
            var reader = new Utf8JsonReader(body);
            facts.ReadRoot(JsonElement.ParseValue(ref reader));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, cut at a bound, or with a broken escape in a name: the status must do.
        }

        return facts;
    }

    /// <summary>The text of a field, or null.</summary>
    public static string? Text(JsonElement element, string name) =>
        AsText(Child(element, name));

    /// <summary>A field, or the default element.</summary>
    public static JsonElement Child(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>True if the message, or the body of the provider behind the provider, holds the words in any case.</summary>
    public bool Says(string words) =>
        Message.Contains(words, StringComparison.OrdinalIgnoreCase)
        || Text(Metadata, "raw")?.Contains(words, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>True if the code, the type or OpenRouter's error type is that word.</summary>
    public bool Is(string word) => Code == word || Type == word || ErrorType == word;

    private static string? AsText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => AsString(value),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static string? AsString(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair: as good as no text.
            return null;
        }
    }

    private void ReadRoot(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
            root = root[0];
        if (root.ValueKind != JsonValueKind.Object)
            return;
        var error = FindError(root);
        if (error.ValueKind == JsonValueKind.String)
            Message = AsString(error) ?? "";
        else if (error.ValueKind == JsonValueKind.Object)
            ReadError(error);
        IsReadable = Message.Length > 0 || Code is not null;
    }

    // Usually `error`; in a stream perhaps x_groq.error or an error of the first choice; else the object itself.
    private static JsonElement FindError(JsonElement root)
    {
        foreach (var candidate in (ReadOnlySpan<JsonElement>)[Child(root, "error"), Child(Child(root, "x_groq"), "error"), OfChoice(root)])
        {
            if (candidate.ValueKind is JsonValueKind.Object or JsonValueKind.String)
                return candidate;
        }

        return root;
    }

    private static JsonElement OfChoice(JsonElement root)
    {
        var choices = Child(root, "choices");
        return choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0 ? Child(choices[0], "error") : default;
    }

    private void ReadError(JsonElement error)
    {
        Message = Text(error, "message") ?? "";
        Type = AsString(Child(error, "type"));
        Code = Text(error, "code");
        Param = Text(error, "param");
        Metadata = Child(error, "metadata");
        Availability = Child(error, "availability");
        ErrorType = Text(Metadata, "error_type") ?? Text(error, "error_type");
        GoogleStatus = AsString(Child(error, "status"));
        Details = Child(error, "details") is { ValueKind: JsonValueKind.Array } details ? [.. details.EnumerateArray()] : [];
        if (Status == 0)
            Status = FirstStatus(Code, Text(error, "status_code"), Text(error, "http_status"));
    }

    private static int FirstStatus(params ReadOnlySpan<string?> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (int.TryParse(candidate, out var status) && status is >= 400 and < 600)
                return status;
        }

        return 0;
    }
}
