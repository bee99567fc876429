using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace ThotNet.Hosting.Configuration;

/// <summary>The rules for callers, their keys and their limits.</summary>
internal static partial class CallerRules
{
    private const string ListPath = "ThotNet:Access:ApiKeys (or THOTNET_API_KEYS)";

    /// <summary>Every broken rule, one line each. A key is never in it, nor a part of one.</summary>
    /// <param name="options">What was configured.</param>
    /// <param name="keyRequired">Whether a process without any key is useless.</param>
    /// <param name="configuration">Where the keys of named callers are looked up.</param>
    public static IEnumerable<string> Check(ThotNetOptions options, bool keyRequired, IConfiguration configuration)
    {
        var keys = KeysOf(options, configuration).ToList();
        return
        [
            .. options.Callers.SelectMany(caller => CheckCaller($"{ThotNetOptions.Section}:Callers:{caller.Key}", caller.Key, caller.Value)),
            .. BudgetRules.Check($"{ThotNetOptions.Section}:Access:Budgets", options.Access.Budgets),
            .. keyRequired && keys.Count == 0 ? [$"{ListPath}: missing; a gateway outside Development needs at least one key"] : Array.Empty<string>(),
            .. keys.Where(key => !SecretText.IsToken(key.Key)).Select(key =>
                $"{key.Source} is not allowed; allowed: at least {SecretText.MinLength} printable ASCII characters without spaces and commas"),
            .. keys.GroupBy(key => key.Key, StringComparer.Ordinal).SelectMany(same => same.Skip(1).Select(key =>
                $"{key.Source} is the same as another; allowed: each key once ({same.First().Source})")),
        ];
    }

    private static IEnumerable<string> CheckCaller(string path, string name, CallerOptions caller) =>
    [
        .. NameRules.CheckName(path, name),
        .. KeyIdPattern().IsMatch(name)
            ? [$"{path}: '{name}' is not a usable name; keys without a name are called by 16 hexadecimal digits"] : Array.Empty<string>(),
        .. NameRules.CheckVariable($"{path}:ApiKeyVariable", caller.ApiKeyVariable),
        .. BudgetRules.Check($"{path}:Budgets", caller.Budgets),
    ];

    private static IEnumerable<(string Key, string Source)> KeysOf(ThotNetOptions options, IConfiguration configuration)
    {
        foreach (var (index, key) in options.Access.ListKeys().Index())
            yield return (key, $"{ListPath}: key number {index + 1}");
        foreach (var (name, caller) in options.Callers)
        {
            if (caller.FindKey(configuration) is { } key)
                yield return (key, $"{ThotNetOptions.Section}:Callers:{name}:ApiKeyVariable: the key in {caller.ApiKeyVariable}");
        }
    }

    [GeneratedRegex("^[0-9a-f]{16}$", RegexOptions.CultureInvariant)]
    private static partial Regex KeyIdPattern();
}
