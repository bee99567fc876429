using OpenAI.Chat;

namespace ThotNet.EndToEnd.Tests;

/// <summary>The models of one provider that official clients are run with: docs/providers.md, "What was run".</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Chat">Its model for chats, by its full name.</param>
/// <param name="Embedding">Its model for embeddings.</param>
/// <param name="TakesImages">Whether the chat model takes images.</param>
internal sealed record ClientModel(string Provider, string Chat, string Embedding, bool TakesImages)
{
    private static readonly ClientModel[] All =
    [
        new("openrouter", "openrouter/openrouter/free", "openrouter/openai/text-embedding-3-small", TakesImages: true),
        new("groq", "groq/openai/gpt-oss-20b", "groq/nomic-embed-text-v1.5", TakesImages: false),
        new("gemini", "gemini/gemini-3.5-flash-lite", "gemini/gemini-embedding-001", TakesImages: true),
    ];

    /// <summary>Names of the providers.</summary>
    public static IEnumerable<string> Providers => All.Select(model => model.Provider);

    /// <summary>The models of a provider.</summary>
    public static ClientModel Of(string provider) => All.Single(model => model.Provider == provider);
}

/// <summary>What official clients are asked about their answers.</summary>
internal static class ClientUsage
{
    /// <summary>Tokens of the answer itself: thinking counts as output too, and some models think without being asked.</summary>
    public static int Written(this ChatTokenUsage usage) => usage.OutputTokenCount - (usage.OutputTokenDetails?.ReasoningTokenCount ?? 0);
}
