namespace ThotNet.EndToEnd.Tests;

/// <summary>The default budgets that stand for what the real providers document: tests that set their own limits switch them off.</summary>
internal static class DocumentedBudgets
{
    /// <summary>Their names at a provider.</summary>
    public static string[] Of(string provider) => provider switch
    {
        "openrouter" => ["documented_day"],
        "groq" => ["documented_day", "documented_day_tokens", "documented_minute_tokens"],
        _ => [],
    };
}
