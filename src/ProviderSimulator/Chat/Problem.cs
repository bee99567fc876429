namespace ThotNet.ProviderSimulator.Chat;

/// <summary>What is wrong with a request.</summary>
/// <param name="Message">Plain words, in the tone of the provider.</param>
/// <param name="Param">The field at fault, or null.</param>
/// <param name="UnknownNames">Fields that the provider does not know, where its error names each of them; else null.</param>
internal sealed record Problem(string Message, string? Param = null, IReadOnlyList<string>? UnknownNames = null);
