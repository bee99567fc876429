using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ThotNet.Silo.Caching;

/// <summary>The stored form of an answer, which nobody can change, cut, move to another key or make without the secret.</summary>
/// <remarks>
/// All numbers are little-endian: version (1 byte), flags (1), cache key (32), ten numbers of 8 bytes (stored and expires in ms since 1970, three
/// purge marks, five token counts), five lengths of 4 bytes (provider, target, caller, body, body as stored), the three names in UTF-8, the body,
/// HMAC-SHA256 of all before it (32). A change of anything here needs a new version.
/// </remarks>
internal sealed class AnswerCodec
{
    /// <summary>The form that is written, and the only one that is read.</summary>
    public const byte Version = 1;

    private const int NumberCount = 10;
    private const int LengthCount = 5;
    private const int NumbersAt = 2 + CacheKey.Size;
    private const int LengthsAt = NumbersAt + (NumberCount * sizeof(long));
    private const int NamesAt = LengthsAt + (LengthCount * sizeof(int));
    private const int MacBytes = HMACSHA256.HashSizeInBytes;
    private const int MaxNamesBytes = 4096;

    private readonly byte[] _macKey;
    private readonly int _maxEntryBytes;

    /// <summary>A codec for a secret, which may be empty, and answers of up to so many bytes.</summary>
    public AnswerCodec(string secret, int maxEntryBytes)
    {
        _macKey = secret.Length == 0
            ? []
            : HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), MacBytes, info: "thotnet/cache/v1"u8.ToArray());
        _maxEntryBytes = maxEntryBytes;
    }

    [Flags]
    private enum Traits : byte
    {
        None = 0,
        Compressed = 1,
        HasUsage = 2,
        Known = Compressed | HasUsage,
    }

    /// <summary>No value that can be read is longer, in bytes.</summary>
    public int MaxValueBytes => NamesAt + MaxNamesBytes + _maxEntryBytes + MacBytes;

    /// <summary>Writes an answer; null if it is too large.</summary>
    public byte[]? Encode(CachedAnswer answer)
    {
        var names = Encoding.UTF8.GetBytes(answer.Provider + answer.Target + answer.Caller);
        if (answer.Body.Length > _maxEntryBytes || names.Length > MaxNamesBytes)
        {
            return null;
        }

        var body = BodyCompression.Shrink(answer.Body, out var compressed);
        var value = new byte[NamesAt + names.Length + body.Length + MacBytes];
        value[0] = Version;
        value[1] = (byte)((compressed ? Traits.Compressed : Traits.None) | (answer.Usage is null ? Traits.None : Traits.HasUsage));
        answer.Key.CopyTo(value.AsSpan(2));
        WriteNumbers(value, answer);
        WriteLengths(value, answer, body.Length);
        names.CopyTo(value, NamesAt);
        body.Span.CopyTo(value.AsSpan(NamesAt + names.Length));
        HMACSHA256.HashData(_macKey, value.AsSpan(..^MacBytes), value.AsSpan(^MacBytes..));
        return value;
    }

    /// <summary>Reads an answer; null with the reason if it is not ours, not whole or not for that key. It never throws.</summary>
    public CachedAnswer? Decode(ReadOnlyMemory<byte> value, CacheKey key, out CacheFault fault)
    {
        var bytes = value.Span;
        if (FaultOf(bytes, key) is { } found)
        {
            fault = found;
            return null;
        }

        fault = CacheFault.Corrupt;
        var lengths = ReadLengths(bytes);
        return BodyOf(value, lengths) is { } body ? Read(bytes, key, lengths, body) : null;
    }

    private static ReadOnlyMemory<byte>? BodyOf(ReadOnlyMemory<byte> value, Lengths lengths)
    {
        var traits = (Traits)value.Span[1];
        var stored = value[(NamesAt + lengths.Names)..^MacBytes];
        var body = (traits & Traits.Compressed) == 0 ? stored : BodyCompression.Restore(stored.Span, lengths.Body);
        return body.Length == lengths.Body && (traits & ~Traits.Known) == 0 ? body : default(ReadOnlyMemory<byte>?);
    }

    private CacheFault? FaultOf(ReadOnlySpan<byte> bytes, CacheKey key)
    {
        if (bytes is [not Version, ..])
        {
            return CacheFault.Version;
        }

        if (bytes.Length < NamesAt + MacBytes || !ReadLengths(bytes).Fit(bytes.Length))
        {
            return CacheFault.Corrupt;
        }

        Span<byte> mac = stackalloc byte[MacBytes];
        HMACSHA256.HashData(_macKey, bytes[..^MacBytes], mac);
        return !CryptographicOperations.FixedTimeEquals(mac, bytes[^MacBytes..]) ? CacheFault.Forged
            : CacheKey.From(bytes.Slice(2, CacheKey.Size)) != key ? CacheFault.Foreign
            : ReadLengths(bytes).Body > _maxEntryBytes ? CacheFault.TooLarge
            : null;
    }

    private static CachedAnswer? Read(ReadOnlySpan<byte> bytes, CacheKey key, Lengths lengths, ReadOnlyMemory<byte> body)
    {
        Span<long> numbers = stackalloc long[NumberCount];
        for (var index = 0; index < NumberCount; index++)
        {
            numbers[index] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(NumbersAt + (index * sizeof(long)))..]);
        }

        if (!IsTime(numbers[0]) || !IsTime(numbers[1]))
        {
            return null;
        }

        var names = bytes.Slice(NamesAt, lengths.Names);
        return new CachedAnswer
        {
            Key = key,
            Provider = Encoding.UTF8.GetString(names[..lengths.Provider]),
            Target = Encoding.UTF8.GetString(names.Slice(lengths.Provider, lengths.Target)),
            Caller = Encoding.UTF8.GetString(names[(lengths.Provider + lengths.Target)..]),
            Body = body,
            StoredAt = DateTimeOffset.FromUnixTimeMilliseconds(numbers[0]),
            ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(numbers[1]),
            Marks = new(numbers[2], numbers[3], numbers[4]),
            Usage = ((Traits)bytes[1]).HasFlag(Traits.HasUsage) ? new(numbers[5], numbers[6], numbers[7], numbers[8], numbers[9]) : null,
        };
    }

    private static bool IsTime(long milliseconds) =>
        milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private static void WriteNumbers(Span<byte> value, CachedAnswer answer)
    {
        var (marks, usage) = (answer.Marks, answer.Usage.GetValueOrDefault());
        ReadOnlySpan<long> numbers =
        [
            answer.StoredAt.ToUnixTimeMilliseconds(), answer.ExpiresAt.ToUnixTimeMilliseconds(), marks.All, marks.Model, marks.Caller,
            usage.PromptTokens, usage.CompletionTokens, usage.TotalTokens, usage.CachedTokens, usage.ReasoningTokens,
        ];
        for (var index = 0; index < NumberCount; index++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(value[(NumbersAt + (index * sizeof(long)))..], numbers[index]);
        }
    }

    private static void WriteLengths(Span<byte> value, CachedAnswer answer, int storedLength)
    {
        ReadOnlySpan<int> lengths =
        [
            Encoding.UTF8.GetByteCount(answer.Provider), Encoding.UTF8.GetByteCount(answer.Target), Encoding.UTF8.GetByteCount(answer.Caller),
            answer.Body.Length, storedLength,
        ];
        for (var index = 0; index < LengthCount; index++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(value[(LengthsAt + (index * sizeof(int)))..], lengths[index]);
        }
    }

    private static Lengths ReadLengths(ReadOnlySpan<byte> bytes) => new(
        LengthAt(bytes, 0), LengthAt(bytes, 1), LengthAt(bytes, 2), LengthAt(bytes, 3), LengthAt(bytes, 4));

    private static int LengthAt(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadInt32LittleEndian(bytes[(LengthsAt + (index * sizeof(int)))..]);

    private readonly record struct Lengths(int Provider, int Target, int Caller, int Body, int Stored)
    {
        public int Names => Provider + Target + Caller;

        public bool Fit(int total) =>
            Provider is >= 0 and <= MaxNamesBytes && Target is >= 0 and <= MaxNamesBytes && Caller is >= 0 and <= MaxNamesBytes && Body >= 0 && Stored >= 0
            && NamesAt + (long)Names + Stored + MacBytes == total;
    }
}
