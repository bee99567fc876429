using System.Buffers;
using System.IO.Compression;

namespace ThotNet.Silo.Caching;

/// <summary>Brotli for bodies that gain by it.</summary>
internal static class BodyCompression
{
    /// <summary>Bodies of up to so many bytes are not compressed.</summary>
    public const int Threshold = 1024;

    // Low: the time is a silo's, the space is cheap. The window is that of the largest usual answers.
    private const int Quality = 3;
    private const int Window = 20;

    /// <summary>The body compressed, or as it is if that is not smaller.</summary>
    public static ReadOnlyMemory<byte> Shrink(ReadOnlyMemory<byte> body, out bool compressed)
    {
        compressed = false;
        if (body.Length <= Threshold)
        {
            return body;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(body.Length);
        try
        {
            compressed = BrotliEncoder.TryCompress(body.Span, buffer.AsSpan(0, body.Length - 1), out var written, Quality, Window);
            return compressed ? buffer.AsSpan(0, written).ToArray() : body;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What was compressed, if it is that long; otherwise nothing, however much longer it is.</summary>
    public static byte[] Restore(ReadOnlySpan<byte> compressed, int length)
    {
        var body = new byte[length];
        return BrotliDecoder.TryDecompress(compressed, body, out var written) && written == length ? body : [];
    }
}
