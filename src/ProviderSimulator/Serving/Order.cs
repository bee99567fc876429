using System.Text.Json;
using System.Text.Unicode;
using ThotNet.ProviderSimulator.Dialects;

namespace ThotNet.ProviderSimulator.Serving;

/// <summary>What a body asks of a provider, or why it cannot be served.</summary>
/// <param name="Model">The model that serves it; empty when none does.</param>
/// <param name="Job">The request with its answer; null when it is refused.</param>
/// <param name="Refusal">The refusal; null when it can be served.</param>
internal sealed record Order(string Model, Job? Job, Reply? Refusal)
{
    /// <summary>An order that can be served.</summary>
    public static Order Of(Job job) => new(job.Model, job, null);

    public static Order Read(Provider provider, Operation operation, byte[] body, Receipt receipt)
    {
        if (!Utf8.IsValid(body))
            return Bad(operation, "request body is not valid UTF-8");
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? operation.Take(provider, document.RootElement, receipt)
                : Bad(operation, "request body must be a JSON object");
        }
        catch (JsonException)
        {
            return Bad(operation, "request body is not valid JSON");
        }
        catch (InvalidOperationException)
        {
            // Text with half a surrogate pair is JSON but no Unicode; the document tells only when the text is read.
            return Bad(operation, "request body has text that is not valid Unicode");
        }
    }

    private static Order Bad(Operation operation, string message) => new("", null, operation.Dialect.BadRequest(new(message)));
}
