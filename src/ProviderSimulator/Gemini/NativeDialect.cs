using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Dialects;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>Google's own API (wire.md 4.1): keys in a header of their own, errors as plain objects.</summary>
/// <param name="method">The method asked for, as error messages name it.</param>
/// <param name="inArray">Whether the answer is an array, and so errors are too: a stream without <c>alt=sse</c>.</param>
internal sealed class NativeDialect(string method, bool inArray) : Dialect
{
    /// <summary>Path under which it is served.</summary>
    public const string BasePath = "/gemini/v1beta";

    /// <summary>The header, or else <c>?key=</c>, which Google takes too.</summary>
    public override string? KeyOf(HttpRequest request)
    {
        var key = (string?)request.Headers["x-goog-api-key"] ?? (string?)request.Query["key"];
        return string.IsNullOrEmpty(key) ? null : key;
    }

    public override Reply KeyMissing() => Framed(GeminiErrors.Make(
        403,
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). "
        + "Please use API Key or other form of API consumer identity to call this API."));

    public override Reply KeyInvalid() => Framed(GeminiErrors.KeyInvalid());

    public override Reply BadRequest(Problem problem) => Framed(GeminiErrors.BadRequest(problem));

    public override Reply ModelGone(string model, bool retired) => Framed(GeminiErrors.ModelGone(model, method));

    public override Reply QuotaRefused(QuotaRefusal refusal, string model, string account, DateTimeOffset now) =>
        Framed(GeminiErrors.QuotaRefused(refusal.Definition, model, refusal.Wait));

    public override IEnumerable<KeyValuePair<string, string>> Headers(Admission? admission, long number) =>
        [new("x-gemini-service-tier", "standard")];

    private Reply Framed(Reply reply) => inArray ? reply.InArray() : reply;
}
