namespace ThotNet.ProviderSimulator.Chat;

/// <summary>What is wrong with a request.</summary>
/// <param name="Message">Plain words, in the tone of the provider.</param>
/// <param name="Param">The field at fault, or null.</param>
/// <param name="UnknownNames">Fields that the provider does not know, as its error names each of them; else null.</param>
internal sealed record Problem(string Message, string? Param = null, IReadOnlyList<string>? UnknownNames = null)
{
    /// <summary>Google's way to speak of unknown fields: <c>"name" at 'where'</c>, the place left out for the request itself.</summary>
    public static Problem Unknown(IEnumerable<(string Name, string At)> names) =>
        new("Unknown names", null, [.. names.Select(name => name.At.Length == 0 ? $"\"{name.Name}\"" : $"\"{name.Name}\" at '{name.At}'")]);
}
