using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Routing.Tokens;
using ThotNet.Silo.Pipeline;

namespace ThotNet.Silo.Tokens;

/// <summary>What a request may spend and what an attempt has spent, in all metrics.</summary>
internal static class RequestAmounts
{
    /// <summary>What the request may spend at most on the target.</summary>
    public static QuotaAmounts Reserved(ModelRequest request, TargetDefinition target, PromptScale scale)
    {
        var (input, output) = (scale.BoundOf(request.Prompt), request.OutputTokenBound(target));
        return QuotaAmounts.OfRequest(input, output, target.CostOf(input, output));
    }

    /// <summary>
    /// What an attempt has spent; null where nobody knows, so that all that was reserved counts. A refusal before any work costs the request but no
    /// tokens.
    /// </summary>
    public static QuotaAmounts? Spent(AttemptOutcome outcome, TargetDefinition target)
    {
        if (outcome.Usage is not { } usage)
        {
            return outcome.Refused ? QuotaAmounts.OfRequest(0, 0) : null;
        }

        // A total above the sum is thinking that the provider did not name.
        var (input, output) = (usage.PromptTokens, Math.Max(usage.CompletionTokens, usage.TotalTokens - usage.PromptTokens));

        // No answer is free of tokens: a provider that counts none has not counted.
        return input + output > 0 || outcome.Result is AttemptResult.Failed or AttemptResult.Broken
            ? QuotaAmounts.OfRequest(input, output, target.CostOf(input, output))
            : null;
    }
}
