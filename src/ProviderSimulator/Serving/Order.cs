using System.Text.Json;
using System.Text.Unicode;
using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Dialects;

namespace ThotNet.ProviderSimulator.Serving;

/// <summary>What a body asks of a provider, or why it cannot be served.</summary>
/// <param name="Model">The model that serves it; empty when none does.</param>
/// <param name="Call">The request; null when it is refused.</param>
/// <param name="Refusal">The refusal; null when it can be served.</param>
internal sealed record Order(string Model, ChatCall? Call, Reply? Refusal)
{
    public static Order Read(Provider provider, byte[] body)
    {
        if (!Utf8.IsValid(body))
            return Bad(provider, new("request body is not valid UTF-8"));
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(provider, document.RootElement);
        }
        catch (JsonException)
        {
            return Bad(provider, new("request body is not valid JSON"));
        }
        catch (InvalidOperationException)
        {
            // Text with half a surrogate pair is JSON but no Unicode; the document tells only when the text is read.
            return Bad(provider, new("request body has text that is not valid Unicode"));
        }
    }

    private static Order Read(Provider provider, JsonElement request)
    {
        if (request.ValueKind != JsonValueKind.Object)
            return Bad(provider, new("request body must be a JSON object"));
        var asked = provider.Dialect.ModelsAsked(request).ToList();
        var model = asked.Find(provider.Models.Contains) ?? "";
        if (provider.Dialect.Check(request) is { } problem)
            return new Order(model, null, provider.Dialect.BadRequest(problem));
        return model.Length == 0
            ? new Order("", null, provider.Dialect.ModelGone(asked[0], provider.Retired.Contains(asked[0])))
            : new Order(model, ChatCallReader.Read(request, model), null);
    }

    private static Order Bad(Provider provider, Problem problem) => new("", null, provider.Dialect.BadRequest(problem));
}
