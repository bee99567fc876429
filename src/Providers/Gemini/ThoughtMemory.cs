using BitFaster.Caching.Lru;

namespace ThotNet.Providers.Gemini;

/// <summary>
/// The thought signatures of tool calls that were answered, for clients that drop unknown fields: Gemini 3 refuses a history whose calls lack them
/// (wire.md rule 19). Local to this process; a signature that is not found costs nothing but quality, because Google documents a dummy for it.
/// Safe for concurrent use.
/// </summary>
public sealed class ThoughtMemory
{
    /// <summary>Signatures kept; the least used go first.</summary>
    public const int Capacity = 4096;

    /// <summary>Most characters of a signature and its call's id: with <see cref="Capacity"/> the memory's bound.</summary>
    public const int MaxLength = 16 * 1024;

    private readonly ConcurrentLru<(string Caller, string Call), string> _signatures = new(Capacity);

    /// <summary>Keeps a signature, unless it is too long.</summary>
    /// <param name="caller">Id of the caller's key; another caller does not find it.</param>
    /// <param name="call">The tool call's id.</param>
    /// <param name="signature">The signature as it came, base64.</param>
    public void Remember(string caller, string call, string signature)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(signature);
        if (call.Length + signature.Length <= MaxLength)
            _signatures.AddOrUpdate((caller, call), signature);
    }

    /// <summary>The signature that came with a tool call, or null.</summary>
    /// <param name="caller">Id of the caller's key.</param>
    /// <param name="call">The tool call's id.</param>
    public string? Recall(string caller, string call) => _signatures.TryGet((caller, call), out var signature) ? signature : null;
}
