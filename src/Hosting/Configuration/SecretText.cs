namespace ThotNet.Hosting.Configuration;

/// <summary>What secrets and keys must look like.</summary>
internal static class SecretText
{
    /// <summary>The shortest that is allowed, in characters.</summary>
    public const int MinLength = 16;

    /// <summary>Long enough, and without characters that a header could not carry.</summary>
    public static bool IsToken(string text) => text.Length >= MinLength && text.All(character => character is > ' ' and <= '~');
}
