using Orleans.Concurrency;

namespace ThotNet.Grains.Abstractions.Quota;

/// <summary>
/// The authority over all budgets that share one account at a provider. Its key is the quota's, for example
/// <c>provider/openrouter/default</c>.
/// </summary>
/// <remarks>
/// Failure policy: a grant is answered only after the store confirmed it. When the store fails, the answer is a refusal, the amount
/// stays counted, and the activation ends so that the next one reads the stored truth.
/// </remarks>
[Alias("thotnet.IQuotaGrain")]
public interface IQuotaGrain : IGrainWithStringKey
{
    /// <summary>Takes in a silo's reports and evidence, then grants what all budgets allow.</summary>
    /// <param name="request">The silo's question.</param>
    /// <returns>The grant or the refusal with the earliest time for another try.</returns>
    [AlwaysInterleave, Alias("Renew")]
    Task<LeaseAnswer> Renew(LeaseRequest request);

    /// <summary>Where every budget stands now, and when how much of it will be free.</summary>
    [AlwaysInterleave, Alias("GetSnapshot")]
    Task<QuotaSnapshot> GetSnapshot();
}
