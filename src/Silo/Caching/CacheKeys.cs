using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Providers.Canonical;
using ThotNet.Routing;

namespace ThotNet.Silo.Caching;

/// <summary>
/// The key of a request's answer: SHA-256 over version, scope, operation, family and the canonical form of the body (docs/caching.md). The family is what
/// the model names stand for: the candidates, tier by tier.
/// </summary>
internal static class CacheKeys
{
    private static ReadOnlySpan<byte> Label => "thotnet answer key"u8;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The key, or null for a request that has no canonical form.</summary>
    /// <param name="request">The valid request.</param>
    /// <param name="tiers">Its candidates: the order of tiers counts, the order within one does not.</param>
    /// <param name="scope">Whether its answer is for its caller's key alone.</param>
    public static CacheKey? Of(ModelRequest request, ImmutableArray<ImmutableArray<TargetDefinition>> tiers, CacheScope scope)
    {
        using var buffer = new ArrayPoolBufferWriter<byte>(request.Body.Length + 256);
        buffer.Write(Label);
        WriteNumber(CanonicalRequest.Version, buffer);
        WriteNumber((int)scope, buffer);
        WriteText(scope is CacheScope.Key ? request.Caller : "", buffer);
        WriteText(request.Operation, buffer);
        WriteNumber(tiers.Length, buffer);
        foreach (var tier in tiers)
        {
            WriteNumber(tier.Length, buffer);
            foreach (var target in tier.Length > 1 ? tier.Sort(ById) : tier)
            {
                WriteText(target.Id, buffer);
            }
        }

        if (!CanonicalRequest.TryWrite(request, buffer))
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.WrittenSpan, hash);
        return CacheKey.From(hash);
    }

    private static int ById(TargetDefinition left, TargetDefinition right) => string.CompareOrdinal(left.Id, right.Id);

    // Lengths come first, so that no two different lists of parts give the same bytes.
    private static void WriteText(string text, ArrayPoolBufferWriter<byte> buffer)
    {
        WriteNumber(Utf8.GetByteCount(text), buffer);
        Utf8.GetBytes(text, buffer);
    }

    private static void WriteNumber(int number, ArrayPoolBufferWriter<byte> buffer)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(sizeof(int)), number);
        buffer.Advance(sizeof(int));
    }
}
