using System.Diagnostics.CodeAnalysis;

namespace ThotNet.Hosting.Clustering;

/// <summary>
/// A silo's name in the membership table, <c>name@http base url</c>: it tells gateways where the silo's HTTP endpoint is, for example
/// <c>silo-1@http://10.0.0.3:8081</c> (docs/decisions/0004-silo-addresses.md).
/// </summary>
/// <param name="Name">The silo's own name; not empty, without <c>@</c>.</param>
/// <param name="HttpUrl">Base of its HTTP endpoint: scheme, host and port, nothing else.</param>
public sealed record SiloName(string Name, Uri HttpUrl)
{
    /// <summary>Reads a name; false when it does not carry an http or https address.</summary>
    /// <param name="text">The name as found in the membership table.</param>
    /// <param name="silo">What it says.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SiloName? silo)
    {
        silo = null;
        var at = text?.IndexOf('@', StringComparison.Ordinal) ?? -1;
        if (at <= 0 || !Uri.TryCreate(text![(at + 1)..], UriKind.Absolute, out var url) || !IsBase(url))
            return false;
        silo = new SiloName(text[..at], url);
        return true;
    }

    /// <summary>The name as it is written into the membership table.</summary>
    public override string ToString() => $"{Name}@{HttpUrl.GetLeftPart(UriPartial.Authority)}";

    private static bool IsBase(Uri url) =>
        url.Scheme is "http" or "https" && url is { AbsolutePath: "/", UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 };
}
