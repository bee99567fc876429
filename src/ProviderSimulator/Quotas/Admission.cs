using ThotNet.ProviderSimulator.Configuration;

namespace ThotNet.ProviderSimulator.Quotas;

/// <summary>What a request asks of the quotas.</summary>
/// <param name="Tokens">Prompt and completion budget; 0 for a request that is refused as malformed and will never reach a model.</param>
/// <param name="Expected">Prompt and the completion that would really be written: what is charged at the end.</param>
internal readonly record struct Demand(long Tokens, long Expected);

/// <summary>Why a quota refuses.</summary>
/// <param name="Name">The quota's name.</param>
/// <param name="Definition">Its limit.</param>
/// <param name="Used">What it held when the request came.</param>
/// <param name="Requested">What the request needed.</param>
/// <param name="Wait">Until the same request would be admitted.</param>
/// <param name="TooLarge">The request is larger than the whole limit: waiting is of no use.</param>
internal sealed record QuotaRefusal(string Name, SimulatedQuota Definition, long Used, long Requested, TimeSpan Wait, bool TooLarge);

/// <summary>A quota as rate-limit headers show it.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Remaining">What is left, at least 0.</param>
/// <param name="Reset">Until the whole limit is free again.</param>
internal readonly record struct HeaderView(long Limit, long Remaining, TimeSpan Reset)
{
    /// <summary>What is shown where an account has no such quota.</summary>
    public static HeaderView Unlimited => new(1_000_000, 1_000_000, TimeSpan.Zero);
}

/// <summary>The answer of an account to an arriving request.</summary>
/// <param name="Account">Who was asked; charges at the end go there, even when the books were reset meanwhile.</param>
/// <param name="Model">The model, where quotas are per model; else empty.</param>
/// <param name="Refusal">Why it is refused, or null: admitted.</param>
/// <param name="DailyRequests">For headers: the longest quota of requests of an hour or more.</param>
/// <param name="MinuteTokens">For headers: the shortest quota of tokens below an hour.</param>
internal sealed record Admission(Account Account, string Model, QuotaRefusal? Refusal, HeaderView DailyRequests, HeaderView MinuteTokens)
{
    /// <summary>Charges the tokens really used to the quotas that count them at the end.</summary>
    public void Settle(long tokens) => Account.Settle(Model, tokens);
}
