using System.Collections.Immutable;

namespace ThotNet.Routing;

/// <summary>The kind of caller that a request comes from. It restricts the candidates; which of them serves, their shares decide.</summary>
/// <param name="Name">Its name, for example <c>mobile</c>.</param>
/// <param name="Providers">The providers that may serve it.</param>
/// <param name="Header">Name of the request header that told it, for errors.</param>
public sealed record Audience(string Name, ImmutableArray<string> Providers, string Header)
{
    /// <summary>Whether the target may serve it.</summary>
    public bool Allows(TargetDefinition target) => Providers.Contains(target.Provider);
}
