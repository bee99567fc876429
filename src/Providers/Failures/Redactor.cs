using System.Text.RegularExpressions;

namespace ThotNet.Providers.Failures;

/// <summary>Makes a provider's words fit for callers: without keys, account ids, addresses and hosts, on one line, not too long.</summary>
internal static partial class Redactor
{
    /// <summary>Most characters of a message.</summary>
    public const int MaxLength = 500;

    // What lies beyond is cut before the search, so that a huge message costs no more than a long one.
    private const int MaxSearched = 4_000;

    /// <summary>Cleans a message.</summary>
    /// <param name="text">The provider's words.</param>
    /// <param name="secret">Our key, which a provider may repeat in a form that no pattern knows.</param>
    public static string Clean(string text, string secret)
    {
        text = Cut(text, MaxSearched);
        if (secret.Length >= 8)
            text = text.Replace(secret, "[key]", StringComparison.Ordinal);
        text = Addresses().Replace(text, "[address]");
        text = Keys().Replace(text, "[key]");
        text = Accounts().Replace(text, "[account]");
        text = Hosts().Replace(text, "[host]");
        return Cut(Blanks().Replace(text, " ").Trim(), MaxLength);
    }

    private static string Cut(string text, int length)
    {
        if (text.Length <= length)
            return text;
        return char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)] : text[..length];
    }

    [GeneratedRegex(@"\bBearer\s+\S+|\b(?:sk|gsk|pk|rk|key)[-_][A-Za-z0-9*_\-.]{6,}|\bAIza[A-Za-z0-9*_\-]{6,}", RegexOptions.IgnoreCase)]
    private static partial Regex Keys();

    // Also Google's numbers and names of projects, and mail addresses of service accounts.
    [GeneratedRegex(
        @"\bproject[_ ](?:number|id)\W{1,3}[A-Za-z0-9\-]+|\bprojects/[A-Za-z0-9\-]+|\bproject\W{1,3}(?=[A-Za-z\-]*\d{4})[A-Za-z0-9\-]+"
        + @"|\bgen-lang-client-[A-Za-z0-9]+|\b[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9.\-]+"
        + @"|\b(?:org|user|proj|project|acct)[-_][A-Za-z0-9]{4,}",
        RegexOptions.IgnoreCase)]
    private static partial Regex Accounts();

    [GeneratedRegex(@"\b[a-z][a-z0-9+.\-]*://[^\s""'<>)\]]+", RegexOptions.IgnoreCase)]
    private static partial Regex Addresses();

    [GeneratedRegex(
        @"\b(?:[a-z0-9][a-z0-9\-]*\.)+(?:com|net|org|ai|io|dev|app|cloud|local|internal|svc)\b(?::\d+)?(?:/[^\s""'<>)\],]*)?"
        + @"|\blocalhost(?::\d+)?|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Hosts();

    [GeneratedRegex(@"[\s\p{Cc}]+")]
    private static partial Regex Blanks();
}
