using System.Text.Json;
using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Dialects;

namespace ThotNet.ProviderSimulator.Serving;

/// <summary>One thing that can be asked of a provider's models, in one dialect: the rules of its requests.</summary>
internal abstract class Operation
{
    public abstract Dialect Dialect { get; }

    /// <summary>Whether a request counts against the account's quotas.</summary>
    public virtual bool UsesQuotas => true;

    /// <summary>Finds the rule that a JSON object breaks, or the answer to it.</summary>
    public abstract Order Take(Provider provider, JsonElement request, Receipt receipt);

    /// <summary>The refusal of a request that breaks a rule.</summary>
    protected Order Bad(string model, Problem problem) => new(model, null, Dialect.BadRequest(problem));

    /// <summary>The refusal of a request for a model that is not served.</summary>
    protected Order Gone(Provider provider, string model) => new("", null, Dialect.ModelGone(model, provider.Retired.Contains(model)));
}
