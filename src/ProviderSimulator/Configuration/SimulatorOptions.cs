namespace ThotNet.ProviderSimulator.Configuration;

/// <summary>Settings of the simulator, section <c>Simulator</c>. All can be left out.</summary>
public sealed class SimulatorOptions
{
    /// <summary>Where the executable listens without <c>ASPNETCORE_URLS</c>.</summary>
    public const string DefaultUrl = "http://localhost:8090";

    /// <summary>Name of OpenRouter's settings in <see cref="Providers"/>.</summary>
    public const string OpenRouter = "openrouter";

    /// <summary>Name of Groq's settings in <see cref="Providers"/>.</summary>
    public const string Groq = "groq";

    /// <summary>Name of the settings of Google's endpoints, native and OpenAI-compatible, in <see cref="Providers"/>.</summary>
    public const string Gemini = "gemini";

    /// <summary>The three providers by name. Names other than the three constants are refused at start.</summary>
    public Dictionary<string, ProviderSimulation> Providers { get; } = ProviderDefaults.All();

    /// <summary>How slow the models are when no fault says otherwise.</summary>
    public SimulatedLatency Latency { get; set; } = new();

    /// <summary>Whether answers are compressed for clients that accept gzip. Default: off.</summary>
    public bool Gzip { get; set; }

    /// <summary>Number of requests kept for <c>/control/requests</c>, 1 to 100,000. Default: 1000.</summary>
    public int RequestLogSize { get; set; } = 1000;

    /// <summary>Bytes kept of each logged request's body, 0 to 10^7; a longer body is cut. Default: 65,536.</summary>
    public int RequestLogBodyBytes { get; set; } = 65_536;

    /// <summary>All faults of the settings, each with its path.</summary>
    internal IEnumerable<string> Problems()
    {
        if (RequestLogSize is < 1 or > 100_000)
            yield return "Simulator:RequestLogSize must be 1 to 100000.";
        if (RequestLogBodyBytes is < 0 or > 10_000_000)
            yield return "Simulator:RequestLogBodyBytes must be 0 to 10000000.";
        foreach (var (name, provider) in Providers)
        {
            if (name is not (OpenRouter or Groq or Gemini))
                yield return $"Simulator:Providers:{name} is not a provider.";
            foreach (var (quota, definition) in provider.Quotas)
            {
                if (definition.Problem() is { } problem)
                    yield return $"Simulator:Providers:{name}:Quotas:{quota}: {problem}";
            }
        }
    }
}

/// <summary>How slow the simulated models are.</summary>
public sealed record SimulatedLatency
{
    /// <summary>Milliseconds before the first token, 0 or more. Default: 0.</summary>
    public int FirstTokenMs { get; init; }

    /// <summary>Milliseconds before each further token, 0 or more. Default: 0.</summary>
    public int PerTokenMs { get; init; }
}

/// <summary>One simulated provider, <c>Simulator:Providers:&lt;name&gt;</c>.</summary>
public sealed class ProviderSimulation
{
    /// <summary>Ids that chat, separated by commas.</summary>
    public string Models { get; set; } = "";

    /// <summary>Ids that make embeddings, separated by commas; none of <see cref="Models"/>.</summary>
    public string EmbeddingModels { get; set; } = "";

    /// <summary>Ids that were switched off and are answered as such, separated by commas.</summary>
    public string RetiredModels { get; set; } = "";

    /// <summary>
    /// Keys by account name, several of one account separated by commas. When empty, every key that starts with <c>sim-</c> is valid and
    /// names the account by the rest of it.
    /// </summary>
    public Dictionary<string, string> Accounts { get; } = new(StringComparer.Ordinal);

    /// <summary>The limits of each account, by any names.</summary>
    public Dictionary<string, SimulatedQuota> Quotas { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether each model of an account has quotas of its own. Default: only at Groq.</summary>
    public bool QuotasPerModel { get; set; }

    internal static string[] Split(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
