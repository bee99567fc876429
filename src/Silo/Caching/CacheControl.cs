using Microsoft.Extensions.Primitives;
using ThotNet.Grains.Abstractions.Errors;

namespace ThotNet.Silo.Caching;

/// <summary>What a caller says of cached answers with <c>Cache-Control</c> (RFC 9111, 5.2.1) and our own <c>x-thotnet-cache</c>.</summary>
/// <param name="NoStore">Neither a cached answer nor one that others get, and the answer is not kept. Nothing else is said then, besides the opt-ins.</param>
/// <param name="NoCache">No cached answer, but the new one is kept. With <paramref name="OnlyIfCached"/> there is no answer at all.</param>
/// <param name="OnlyIfCached">A cached answer or none.</param>
/// <param name="MaxAge">The greatest age of a cached answer, above zero; null when none was given.</param>
/// <param name="AnyTemperature">Opt-in: an answer may be cached at any temperature.</param>
/// <param name="Tools">Opt-in: an answer may be cached although the request offers tools.</param>
internal readonly record struct CacheControl(bool NoStore, bool NoCache, bool OnlyIfCached, TimeSpan? MaxAge, bool AnyTemperature, bool Tools)
{
    /// <summary>Our own header; in answers it says what the cache did.</summary>
    public const string Header = "x-thotnet-cache";

    /// <summary>Reads both headers. The standard one has no mistakes: what it does not know, or cannot read, it passes over.</summary>
    /// <returns>The error that says what may be in our own header, or null.</returns>
    public static ApiError? Read(HttpRequest request, out CacheControl control)
    {
        control = ReadStandard(request.Headers.CacheControl, request.Headers.Pragma);
        return request.Headers.TryGetValue(Header, out var lines) && !TryReadOwn(lines, ref control)
            ? ApiError.Invalid($"The header {Header} must be any-temperature or tools, or both, separated by a comma.", Header)
            : null;
    }

    // Pragma is what HTTP/1.0 had, and counts only where there is nothing newer (RFC 9111, 5.4).
    private static CacheControl ReadStandard(StringValues lines, StringValues pragma)
    {
        var control = default(CacheControl);
        if (lines.Count == 0)
        {
            foreach (var directive in new CacheDirectives(pragma))
            {
                control = control with { NoCache = control.NoCache || directive.Is("no-cache") };
            }

            return control;
        }

        foreach (var directive in new CacheDirectives(lines))
        {
            control = control.With(directive);
        }

        return control.NoStore ? new() { NoStore = true } : control;
    }

    private CacheControl With(CacheDirective directive) => directive switch
    {
        _ when directive.Is("no-store") => this with { NoStore = true },
        _ when directive.Is("no-cache") => this with { NoCache = true },
        _ when directive.Is("only-if-cached") => this with { OnlyIfCached = true },
        _ when directive.Is("max-age") && directive.ReadSeconds() is { } age => WithMaxAge(age),
        _ => this,
    };

    // Of two ages both hold. An answer of no age at all is a new one.
    private CacheControl WithMaxAge(TimeSpan age) =>
        age == TimeSpan.Zero ? this with { NoCache = true } : this with { MaxAge = MaxAge < age ? MaxAge : age };

    private static bool TryReadOwn(StringValues lines, ref CacheControl control)
    {
        foreach (var line in lines)
        {
            foreach (var part in line.AsSpan().Split(','))
            {
                switch (line.AsSpan()[part].Trim())
                {
                    case "any-temperature":
                        control = control with { AnyTemperature = true };
                        break;
                    case "tools":
                        control = control with { Tools = true };
                        break;
                    default:
                        return false;
                }
            }
        }

        return true;
    }
}
