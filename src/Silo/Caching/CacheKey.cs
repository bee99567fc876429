using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ThotNet.Silo.Caching;

/// <summary>What a cached answer is found by: a SHA-256 of everything that changes the answer.</summary>
internal readonly record struct CacheKey
{
    /// <summary>Bytes of a key.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private const int Half = Size / 2;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private CacheKey(UInt128 high, UInt128 low) => (_high, _low) = (high, low);

    /// <summary>The key of a hash of exactly <see cref="Size"/> bytes.</summary>
    public static CacheKey From(ReadOnlySpan<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hash.Length, Size);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[Half..]));
    }

    /// <summary>Writes the hash.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt128BigEndian(destination[Half..], _low);
    }

    /// <summary>64 lower-case hex digits.</summary>
    public override string ToString() => $"{_high:x32}{_low:x32}";
}
