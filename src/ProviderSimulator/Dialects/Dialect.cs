using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Dialects;

/// <summary>The manners of one API of a provider: how keys are shown, its errors and headers. Has no state.</summary>
internal abstract class Dialect
{
    private const string Scheme = "Bearer ";

    /// <summary>The key that a request shows, or null. Default: the bearer token.</summary>
    public virtual string? KeyOf(HttpRequest request) =>
        (string?)request.Headers.Authorization is { } header
        && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header.Length > Scheme.Length
            ? header[Scheme.Length..].Trim()
            : null;

    /// <summary>No key, or none where it should be.</summary>
    public abstract Reply KeyMissing();

    /// <summary>A key that is not known.</summary>
    public abstract Reply KeyInvalid();

    /// <summary>A body that is not JSON or breaks a rule.</summary>
    public abstract Reply BadRequest(Problem problem);

    /// <summary>A model that was never served (in this way), or was switched off.</summary>
    public abstract Reply ModelGone(string model, bool retired);

    /// <summary>A full quota.</summary>
    public abstract Reply QuotaRefused(QuotaRefusal refusal, string model, string account, DateTimeOffset now);

    /// <summary>Headers of every answer to a request with a valid key.</summary>
    public abstract IEnumerable<KeyValuePair<string, string>> Headers(Admission? admission, long number);
}
