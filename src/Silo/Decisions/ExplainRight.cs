using ThotNet.Hosting.Configuration;

namespace ThotNet.Silo.Decisions;

/// <summary>Knows who may ask why a request went where it went.</summary>
internal sealed class ExplainRight(ThotNetOptions options, IConfiguration configuration, IHostEnvironment environment)
{
    // A developer's own machine, where there is nobody else's budget to look at.
    private readonly bool _everybody = environment.IsDevelopment()
        && options.Access.ListKeys().Length == 0 && options.Callers.Values.All(caller => caller.FindKey(configuration) is null);

    /// <summary>Whether the caller may.</summary>
    /// <param name="caller">Id of its key, as the gateway told it.</param>
    public bool Has(string caller) =>
        _everybody || ((options.Callers.TryGetValue(caller, out var named) ? named.MayExplain : null) ?? options.Access.MayExplain);
}
