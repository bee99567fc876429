using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Dialects;

/// <summary>A request that will be answered by the model, and the answer.</summary>
/// <param name="Call">The request.</param>
/// <param name="Answer">The model's words.</param>
/// <param name="Number">Number of the request, from 1.</param>
/// <param name="Created">When it came, in Unix seconds.</param>
internal sealed record Exchange(ChatCall Call, Answer Answer, long Number, long Created)
{
    /// <summary>Id of the answer without the provider's prefix; differs for each request.</summary>
    public string Id => $"{Answer.Id}{Number:x8}";

    public long TotalTokens => Call.PromptTokens + Answer.CompletionTokens;
}
