using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace ThotNet.Hosting.Configuration;

/// <summary>
/// One caller with a name: <c>ThotNet:Callers:&lt;name&gt;</c>. Names are 1 to 64 letters, digits, dots, dashes and underscores, in lower case, but not
/// 16 hexadecimal digits: keys without a name are called so.
/// </summary>
public sealed class CallerOptions
{
    /// <summary>
    /// Name of the gateway's environment variable that holds the caller's key, at least 16 characters without spaces. Without that variable
    /// the caller cannot call.
    /// </summary>
    [Required]
    public string ApiKeyVariable { get; set; } = "";

    /// <summary>Overrides <c>ThotNet:Access:MayExplain</c> for this caller.</summary>
    public bool? MayExplain { get; set; }

    /// <summary>
    /// The caller's limits, by any names of your own. With none those of <c>ThotNet:Access:Budgets</c> hold; with all of them switched off there is no
    /// limit.
    /// </summary>
    public SortedDictionary<string, BudgetOptions> Budgets { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The highest priority that the caller has a right to; without it that of <c>ThotNet:Access:MaxPriority</c>.</summary>
    public RequestPriority? MaxPriority { get; set; }

    /// <summary>The caller's own cache policy.</summary>
    public CachePolicyOptions Cache { get; set; } = new();

    /// <summary>The caller's key, or null without one: blank is none, and what surrounds it does not belong to it.</summary>
    public string? FindKey(IConfiguration configuration) => KeyVariable.Find(configuration, ApiKeyVariable);
}
