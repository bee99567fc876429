using System.Buffers;

namespace ThotNet.Silo.Endpoints;

/// <summary>Tells browsers on phones and tablets from those on desktops by what they say of themselves. Pure.</summary>
/// <remarks>
/// Programs that call for themselves (SDKs, scripts, crawlers) are no browsers, whatever they run on: all that write no engine into their name, as all
/// browsers do, and those that say <c>compatible;</c>, as crawlers do.
/// </remarks>
internal static class BrowserSigns
{
    /// <summary>The audience of phones and tablets.</summary>
    public const string Mobile = "mobile";

    /// <summary>The audience of browsers on desktops.</summary>
    public const string Desktop = "desktop";

    /// <summary>Name of the client hint that says whether a browser prefers the page for phones.</summary>
    public const string HintHeader = "Sec-CH-UA-Mobile";

    /// <summary>Name of the header that says which browser it is.</summary>
    public const string AgentHeader = "User-Agent";

    /// <summary>How many characters of a header are looked at.</summary>
    public const int MaxLength = 512;

    private static readonly SearchValues<string> Engines = SearchValues.Create(["AppleWebKit/", "Gecko/", "Presto/"], StringComparison.Ordinal);
    private static readonly SearchValues<string> Handhelds =
        SearchValues.Create(["Mobi", "Android", "iPhone", "iPad", "iPod", "Opera Mini", "Silk/", "Kindle"], StringComparison.Ordinal);

    /// <summary>The audience of a browser and the header that told it; null for all that is no browser.</summary>
    /// <param name="hint">The client hint, or empty without one.</param>
    /// <param name="agent">The name of the browser or program, or empty without one.</param>
    public static (string Audience, string Header)? Read(ReadOnlySpan<char> hint, ReadOnlySpan<char> agent)
    {
        agent = agent[..Math.Min(agent.Length, MaxLength)];
        var isBrowser = agent.ContainsAny(Engines) && !agent.Contains("compatible;", StringComparison.Ordinal);
        return hint[..Math.Min(hint.Length, MaxLength)].Trim() switch
        {
            "?1" => (Mobile, HintHeader),
            "?0" when isBrowser => (Desktop, HintHeader),
            _ when isBrowser => (agent.ContainsAny(Handhelds) ? Mobile : Desktop, AgentHeader),
            _ => null,
        };
    }
}
