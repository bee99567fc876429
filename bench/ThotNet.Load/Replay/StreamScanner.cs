namespace ThotNet.Load.Replay;

/// <summary>
/// Watches the bytes of a streamed answer for its first event, an error event, its usage and the end mark. A stream without end mark is
/// broken (wire.md 1.3). Only the start of each line is kept; events with usage are shorter than that.
/// </summary>
public sealed class StreamScanner
{
    private readonly byte[] _line = new byte[4096];
    private int _length;

    /// <summary>Whether an event has been seen; comments are none.</summary>
    public bool Started { get; private set; }

    /// <summary>Whether an error event has been seen.</summary>
    public bool Failed { get; private set; }

    /// <summary>Whether the last event was the end mark.</summary>
    public bool Done { get; private set; }

    /// <summary>Tokens of prompt and answer by the last event with usage, 0 if there was none.</summary>
    public long Tokens { get; private set; }

    /// <summary>Looks at the next bytes, cut anywhere.</summary>
    public void Scan(ReadOnlySpan<byte> bytes)
    {
        for (var end = bytes.IndexOf((byte)'\n'); end >= 0; end = bytes.IndexOf((byte)'\n'))
        {
            Keep(bytes[..end]);
            EndLine();
            bytes = bytes[(end + 1)..];
        }

        Keep(bytes);
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        part = part[..Math.Min(part.Length, _line.Length - _length)];
        part.CopyTo(_line.AsSpan(_length));
        _length += part.Length;
    }

    private void EndLine()
    {
        var line = _line.AsSpan(0, _length);
        _length = 0;
        if (!line.StartsWith("data:"u8)) return;
        var data = line[5..].Trim(" \r"u8);
        Started = true;
        Done = data.SequenceEqual("[DONE]"u8);
        Failed |= data.StartsWith("{\"error\""u8);
        if (data.IndexOf("\"usage\":{"u8) >= 0) Tokens = AnswerReader.Read(data.ToArray()).Tokens;
    }
}
