using System.Buffers.Text;

namespace ThotNet.Load.Throughput;

/// <summary>Finds where an HTTP/1.1 answer ends in a buffer. It reads only what that needs: status, length, chunks.</summary>
public static class ResponseFrame
{
    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    /// <summary>Looks at a buffer that starts with an answer.</summary>
    /// <returns>The answer's length and status, or a length of 0 if it is not complete yet.</returns>
    /// <exception cref="FormatException">The buffer does not start with an HTTP/1.1 answer of a known length.</exception>
    public static (int Length, int Status) Read(ReadOnlySpan<byte> buffer)
    {
        var headerEnd = buffer.IndexOf("\r\n\r\n"u8);
        if (headerEnd < 0) return (0, 0);
        if (!buffer.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(buffer[9..12], out int status, out _)) throw new FormatException("Not an HTTP/1.1 answer.");
        var bodyStart = headerEnd + 4;
        if (Header(buffer[..(headerEnd + 2)], "content-length:"u8, out var value))
        {
            if (!Utf8Parser.TryParse(value, out int length, out _)) throw new FormatException("Content-Length is no number.");
            return buffer.Length - bodyStart >= length ? (bodyStart + length, status) : (0, 0);
        }

        if (!Header(buffer[..(headerEnd + 2)], "transfer-encoding:"u8, out _)) throw new FormatException("An answer without length.");
        var chunks = ChunksLength(buffer[bodyStart..]);
        return chunks > 0 ? (bodyStart + chunks, status) : (0, 0);
    }

    private static int ChunksLength(ReadOnlySpan<byte> body)
    {
        for (var position = 0; ;)
        {
            var sizeEnd = body[position..].IndexOf(LineEnd);
            if (sizeEnd < 0) return 0;
            if (!Utf8Parser.TryParse(body.Slice(position, sizeEnd), out int size, out _, 'x')) throw new FormatException("A chunk without size.");
            position += sizeEnd + 2 + size + 2;
            if (position > body.Length) return 0;
            if (size == 0) return position;
        }
    }

    private static bool Header(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> lowerName, out ReadOnlySpan<byte> value)
    {
        for (var end = headers.IndexOf(LineEnd); end >= 0; end = headers.IndexOf(LineEnd))
        {
            if (end > lowerName.Length && System.Text.Ascii.EqualsIgnoreCase(headers[..lowerName.Length], lowerName))
            {
                value = headers[lowerName.Length..end].Trim((byte)' ');
                return true;
            }

            headers = headers[(end + 2)..];
        }

        value = default;
        return false;
    }
}
