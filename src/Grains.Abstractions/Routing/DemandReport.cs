namespace ThotNet.Grains.Abstractions.Routing;

/// <summary>Requests that came to a silo since its last report, of about one size and with the same choice of targets.</summary>
/// <param name="Targets">The targets that can serve them, bit by bit in the order of configuration; a target beyond the 64th is not named.</param>
/// <param name="Size">The size: <c>floor(2 log2(tokens))</c>, 0 to 63.</param>
/// <param name="Requests">How many; at least 1.</param>
/// <param name="InputTokens">Bound of the tokens of their prompts, all together.</param>
/// <param name="OutputTokens">Bound of the tokens of their outputs, all together.</param>
[GenerateSerializer, Immutable, Alias("thotnet.DemandReport")]
public readonly record struct DemandReport(ulong Targets, byte Size, long Requests, long InputTokens, long OutputTokens);
