using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Primitives;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Configuration;
using ThotNet.Routing;

namespace ThotNet.Silo.Endpoints;

/// <summary>Finds out which audience a request comes from.</summary>
internal sealed class Audiences(ThotNetOptions options)
{
    /// <summary>The header by which a caller names its audience.</summary>
    public const string Header = "x-thotnet-audience";

    private readonly FrozenDictionary<string, ImmutableArray<string>> _providers = options.Routing.Audiences.ToFrozenDictionary(
        audience => audience.Key, audience => RoutingOptions.ListProviders(audience.Value).ToImmutableArray(), StringComparer.OrdinalIgnoreCase);

    private readonly string _names = string.Join(", ", options.Routing.Audiences.Keys);

    /// <summary>Reads the request's headers.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="audience">The audience, or null for a caller whom every target may serve.</param>
    /// <returns>Null, or the error for a caller who named an audience that there is not.</returns>
    public ApiError? Find(IHeaderDictionary headers, out Audience? audience)
    {
        audience = null;
        if (headers.TryGetValue(Header, out var asked))
        {
            audience = asked is [{ } name] ? Of(name.Trim(), Header) : null;
            return audience is null ? ApiError.Invalid($"The header {Header} must be one of: {_names}.", Header) : null;
        }

        if (BrowserSigns.Read(First(headers[BrowserSigns.HintHeader]), First(headers.UserAgent)) is { } browser)
        {
            audience = Of(browser.Audience, browser.Header);
        }

        return null;
    }

    private static string? First(StringValues values) => values is [var first, ..] ? first : null;

    private Audience? Of(string name, string header) =>
        _providers.TryGetValue(name, out var providers) ? new(name.ToLowerInvariant(), providers, header) : null;
}
