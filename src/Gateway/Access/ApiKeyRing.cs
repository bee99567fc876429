using System.Security.Cryptography;
using System.Text;

namespace ThotNet.Gateway.Access;

/// <summary>
/// The callers' keys, kept only as keyed hashes. Looking one up takes the same time whether it is there or not and wherever it differs.
/// Immutable after construction, so any thread may use it.
/// </summary>
internal sealed class ApiKeyRing
{
    private const int IdHexDigits = 16;

    // Differs in every process, so the hashes are worth nothing outside of it.
    private readonly byte[] _processKey = RandomNumberGenerator.GetBytes(32);
    private readonly (byte[] Hash, string Id)[] _keys;

    /// <summary>Takes in the keys.</summary>
    /// <param name="keys">The keys in clear; not kept.</param>
    /// <param name="gatewaySecret">Makes the ids of keys without a name the same at every gateway, and useless for guessing keys without it.</param>
    public ApiKeyRing(IEnumerable<CallerKey> keys, string gatewaySecret)
    {
        var idKey = Encoding.UTF8.GetBytes(gatewaySecret);
        _keys = [.. keys.Select(key => Entry(Encoding.UTF8.GetBytes(key.Key), key.Name, idKey))];
    }

    /// <summary>The id of a key: the caller's name, else 16 hexadecimal digits; null for an unknown key.</summary>
    /// <param name="key">The key as the caller sent it.</param>
    public string? Find(string key)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_processKey, Encoding.UTF8.GetBytes(key), hash);
        string? found = null;
        foreach (var (known, id) in _keys)
        {
            // No early end: the time must not tell which key it was.
            if (CryptographicOperations.FixedTimeEquals(known, hash))
                found = id;
        }

        return found;
    }

    private (byte[] Hash, string Id) Entry(byte[] key, string? name, byte[] idKey) =>
        (HMACSHA256.HashData(_processKey, key), name ?? Convert.ToHexStringLower(HMACSHA256.HashData(idKey, key))[..IdHexDigits]);
}

/// <summary>A key that may be used.</summary>
/// <param name="Key">The key in clear.</param>
/// <param name="Name">The name of the caller, or null for a key without one.</param>
internal readonly record struct CallerKey(string Key, string? Name = null);
