using System.Globalization;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Security;
using ThotNet.Silo.Pipeline;

namespace ThotNet.Silo.Endpoints;

/// <summary>How a caller wants to wait for headroom: <c>x-thotnet-max-wait</c> and <c>x-thotnet-priority</c>.</summary>
internal static class PatienceHeaders
{
    private const string MaxWait = "x-thotnet-max-wait";
    private const string Priority = "x-thotnet-priority";
    private const int LongestSeconds = 120;

    /// <summary>Reads both; the priority is capped by the right of the caller's key.</summary>
    /// <returns>The error that names every header that is wrong, or null.</returns>
    public static ApiError? Read(HttpRequest request, ThotNetOptions options, out Patience patience)
    {
        var badWait = ReadMaxWait(request, options.Routing, out patience);
        var badPriority = ReadPriority(request, out var asked);
        var right = RightOf(request.Headers[GatewaySecret.KeyIdHeader].ToString(), options);
        patience = patience with { Priority = asked < right ? asked : right };
        return badWait is not null && badPriority is not null
            ? ApiError.Invalid($"{badWait} {badPriority}", MaxWait)
            : badWait is not null ? ApiError.Invalid(badWait, MaxWait) : badPriority is not null ? ApiError.Invalid(badPriority, Priority) : null;
    }

    private static string? ReadMaxWait(HttpRequest request, RoutingOptions routing, out Patience patience)
    {
        patience = new(routing.Patience, IsAsked: false);
        if (!request.Headers.TryGetValue(MaxWait, out var value))
        {
            return null;
        }

        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > LongestSeconds)
        {
            return $"The header {MaxWait} must be a whole number of seconds from 0 to {LongestSeconds}.";
        }

        patience = new(TimeSpan.FromSeconds(seconds), IsAsked: true);
        return null;
    }

    private static string? ReadPriority(HttpRequest request, out RequestPriority priority)
    {
        priority = RequestPriority.Normal;
        if (!request.Headers.TryGetValue(Priority, out var value))
        {
            return null;
        }

        RequestPriority? named = value.ToString() switch
        {
            "low" => RequestPriority.Low,
            "normal" => RequestPriority.Normal,
            "high" => RequestPriority.High,
            _ => null,
        };
        priority = named ?? priority;
        return named is null ? $"The header {Priority} must be low, normal or high." : null;
    }

    private static RequestPriority RightOf(string caller, ThotNetOptions options) =>
        options.Callers.TryGetValue(caller, out var named) && named.MaxPriority is { } own ? own : options.Access.MaxPriority;
}
