namespace ThotNet.ProviderSimulator.Configuration;

/// <summary>
/// The default models and limits of each provider: the limits that ThotNet's default budgets are made for, and, switched off, those that
/// the providers document (wire.md section 6).
/// </summary>
internal static class ProviderDefaults
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static Dictionary<string, ProviderSimulation> All() => new(StringComparer.Ordinal)
    {
        [SimulatorOptions.OpenRouter] = OpenRouter(),
        [SimulatorOptions.Groq] = Groq(),
        [SimulatorOptions.Gemini] = Gemini(),
    };

    private static ProviderSimulation OpenRouter() => new()
    {
        Models = "openrouter/free",
        EmbeddingModels = "openai/text-embedding-3-small",
        RetiredModels = "meta-llama/llama-3.1-8b-instruct:free",
        Quotas =
        {
            ["minute"] = new() { Amount = 20 },
            ["day"] = new() { Metric = QuotaMetric.Tokens, Amount = 200_000, Window = Day, Kind = QuotaKind.Calendar },
            ["documented-day"] = new() { Amount = 50, Window = Day, Kind = QuotaKind.Calendar, Mode = QuotaMode.Off },
        },
    };

    private static ProviderSimulation Groq() => new()
    {
        Models = "openai/gpt-oss-20b,openai/gpt-oss-120b",
        EmbeddingModels = "nomic-embed-text-v1.5",
        RetiredModels = "llama-3.1-8b-instant",
        QuotasPerModel = true,
        Quotas =
        {
            ["minute"] = new() { Amount = 30, Kind = QuotaKind.LeakyBucket },
            ["day"] = new() { Amount = 14_400, Window = Day, Kind = QuotaKind.LeakyBucket },
            ["minute-tokens"] = new()
            {
                Metric = QuotaMetric.Tokens,
                Amount = 8_000,
                Kind = QuotaKind.LeakyBucket,
                Mode = QuotaMode.Off,
            },
            ["documented-day"] = new() { Amount = 1_000, Window = Day, Kind = QuotaKind.LeakyBucket, Mode = QuotaMode.Off },
            ["documented-day-tokens"] = new()
            {
                Metric = QuotaMetric.Tokens,
                Amount = 200_000,
                Window = Day,
                Kind = QuotaKind.LeakyBucket,
                Mode = QuotaMode.Off,
            },
        },
    };

    private static ProviderSimulation Gemini() => new()
    {
        Models = "gemini-3.5-flash-lite,gemini-3.6-flash,gemini-2.5-flash-lite,gemini-2.0-flash",
        EmbeddingModels = "gemini-embedding-001",
        RetiredModels = "gemini-1.5-flash",
        Quotas =
        {
            ["minute"] = new() { Amount = 15 },
            ["day"] = new()
            {
                Metric = QuotaMetric.Tokens,
                Amount = 1_000_000,
                Window = Day,
                Kind = QuotaKind.Calendar,
                TimeZone = "America/Los_Angeles",
            },
        },
    };
}
