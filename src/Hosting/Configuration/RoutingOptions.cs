using System.ComponentModel.DataAnnotations;

namespace ThotNet.Hosting.Configuration;

/// <summary>How requests find their target: <c>ThotNet:Routing</c>.</summary>
public sealed class RoutingOptions
{
    /// <summary>Whether another target is tried when one fails before the first content byte.</summary>
    public bool Fallback { get; set; } = true;

    /// <summary>Whether targets that keep failing are left alone for a while.</summary>
    public bool Circuit { get; set; } = true;

    /// <summary>
    /// Kinds of callers, by name, each with the providers that may serve it, separated by commas; which of them does, their shares decide. The header
    /// <c>x-thotnet-audience</c> names one; browsers that name none are <c>mobile</c> or <c>desktop</c>; all others may be served by every provider.
    /// <c>webllm</c> is the browser's own model.
    /// </summary>
    public SortedDictionary<string, string> Audiences { get; set; } = new(StringComparer.Ordinal)
    {
        ["mobile"] = "openrouter,groq",
        ["desktop"] = "openrouter,groq,gemini",
        ["power"] = "openrouter,groq,gemini,webllm",
    };

    /// <summary>The providers of one of the <see cref="Audiences"/>, one by one.</summary>
    /// <param name="audience">Its value.</param>
    public static string[] ListProviders(string audience)
    {
        ArgumentNullException.ThrowIfNull(audience);
        return audience.ToLowerInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>How long a request may wait for headroom when every target's budget is spent; the header <c>x-thotnet-max-wait</c> (seconds) overrides it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:02:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many requests of one silo may wait for headroom at once; one more is refused.</summary>
    [Range(0, 100_000)]
    public int MaxWaiting { get; set; } = 1000;

    /// <summary>
    /// How long an attempt may take to its first event. An answer that is not streamed sends its headers only when it is complete, so they get
    /// 20 ms more for each token that it may have, and 1 ms for each of its prompt.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan FirstEventTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer that is not streamed may take in all, however many tokens it may have, and a stream to its first content.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a stream may be silent between two events, and the body of another answer between two of its parts.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan SilenceTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After how much silence a streaming caller gets a comment that keeps the connection alive.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);
}
