using System.Text.RegularExpressions;

namespace ThotNet.Hosting.Configuration;

/// <summary>The rules for names that an operator chooses.</summary>
internal static partial class NameRules
{
    /// <summary>What is wrong with the name of a provider, model, caller or budget; it may become part of a stored key.</summary>
    public static IEnumerable<string> CheckName(string path, string name)
    {
        if (!NamePattern().IsMatch(name))
            yield return $"{path}: '{name}' is not a usable name; allowed: 1 to 64 letters, digits, dots, dashes and underscores, a letter or digit first";
    }

    /// <summary>What is wrong with the name of an environment variable that holds a key.</summary>
    public static IEnumerable<string> CheckVariable(string path, string variable)
    {
        if (variable.Length > 0 && !VariablePattern().IsMatch(variable))
            yield return $"{path}: not the name of an environment variable (write the name here, never the key itself); "
                + "allowed: letters, digits and underscores";
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex VariablePattern();
}
