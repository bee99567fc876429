using System.Buffers;
using CommunityToolkit.HighPerformance;
using CommunityToolkit.HighPerformance.Buffers;

namespace ThotNet.Providers.Streaming;

/// <summary>What was read of an event stream.</summary>
public enum SseKind
{
    /// <summary>An event with data: see <see cref="SseReader.Data"/>.</summary>
    Event,

    /// <summary>A comment line: a sign of life, not the first byte of an answer (wire.md 2.2).</summary>
    Comment,

    /// <summary>The stream has ended. An event that its end cut short has been returned before, as far as it went.</summary>
    End,
}

/// <summary>
/// Reads server-sent events: LF, CR LF or CR as line ends, data over several lines, comments, a byte order mark, cut into reads at any byte
/// (wire.md 1.3, 4.4). Ids and retry times are passed over. Used by one thread at a time; it does not own the stream.
/// </summary>
/// <remarks>
/// The BCL's <c>SseParser</c> tells nothing of comments, waits at a CR for the LF that may follow, and drops an event that the stream's end
/// cuts short: a sign of life, an event and a <c>[DONE]</c> that a relay must have at once.
/// </remarks>
/// <param name="stream">The stream.</param>
public sealed class SseReader(Stream stream) : IDisposable
{
    /// <summary>Most bytes of one event; a larger one is an <see cref="IOException"/>, as a broken stream is.</summary>
    public const int MaxEventBytes = 8 * 1024 * 1024;

    private const int InitialBuffer = 8 * 1024;

    private readonly ArrayPoolBufferWriter<byte> _data = new(4096);
    private readonly ArrayPoolBufferWriter<byte> _type = new(64);
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBuffer);

    // Bytes read and not yet used are _buffer[_start.._end]; up to _searched there is no line end among them.
    private int _start;
    private int _end;
    private int _searched;
    private bool _atBeginning = true;
    private bool _skipLineFeed;
    private bool _hasData;
    private bool _returned;
    private bool _ended;

    /// <summary>The last event's type, empty when it had none; valid until the next read.</summary>
    public ReadOnlyMemory<byte> EventType => _type.WrittenMemory;

    /// <summary>The last event's data, lines joined by LF; valid until the next read.</summary>
    public ReadOnlyMemory<byte> Data => _data.WrittenMemory;

    /// <summary>Reads up to the next event or comment.</summary>
    /// <exception cref="IOException">The stream broke, or an event is larger than <see cref="MaxEventBytes"/>.</exception>
    public async ValueTask<SseKind> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_returned)
            Reset();
        while (true)
        {
            if (TakeLine(out var from, out var to))
            {
                if (UseLine(_buffer.AsSpan(from..to)) is { } kind)
                    return kind;
            }
            else if (_ended)
            {
                return FinishLast();
            }
            else
            {
                await FillAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = _searched = 0;
        _ended = true;
        _data.Dispose();
        _type.Dispose();
    }

    private void Reset()
    {
        _data.Clear();
        _type.Clear();
        _hasData = false;
        _returned = false;
    }

    // A CR ends a line at once; the LF that may belong to it is passed over when it comes, so that nobody waits for it.
    private bool TakeLine(out int from, out int to)
    {
        if (_skipLineFeed && _start < _end)
        {
            _skipLineFeed = false;
            if (_buffer[_start] == (byte)'\n')
                _searched = Math.Max(_searched, ++_start);
        }

        from = _start;
        var at = _buffer.AsSpan(_searched.._end).IndexOfAny((byte)'\r', (byte)'\n');
        to = at < 0 ? _end : _searched + at;
        _searched = to;
        if (at < 0)
            return TakeLastLine(from);
        _skipLineFeed = _buffer[to] == (byte)'\r';
        _start = _searched = to + 1;
        return true;
    }

    // What stands after the last line end counts as a line once the stream has ended.
    private bool TakeLastLine(int from)
    {
        if (!_ended || from == _end)
            return false;
        _start = _searched = _end;
        return true;
    }

    private SseKind? UseLine(ReadOnlySpan<byte> line)
    {
        if (_atBeginning)
        {
            _atBeginning = false;
            if (line.StartsWith("\uFEFF"u8))
                line = line[3..];
        }

        if (line.IsEmpty)
            return FinishEvent();
        if (line[0] == (byte)':')
            return SseKind.Comment;
        var colon = line.IndexOf((byte)':');
        var name = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? default : line[(colon + 1)..];
        if (value.StartsWith(" "u8))
            value = value[1..];
        if (name.SequenceEqual("data"u8))
            AddData(value);
        else if (name.SequenceEqual("event"u8))
            SetType(value);
        return null;
    }

    private SseKind? FinishEvent()
    {
        if (!_hasData)
        {
            _type.Clear();
            return null;
        }

        _returned = true;
        return SseKind.Event;
    }

    private SseKind FinishLast()
    {
        if (!_hasData)
            Reset();
        return FinishEvent() ?? SseKind.End;
    }

    private void AddData(ReadOnlySpan<byte> value)
    {
        if (_data.WrittenCount + value.Length >= MaxEventBytes)
            throw TooLarge();
        if (_hasData)
            _data.Write("\n"u8);
        _data.Write(value);
        _hasData = true;
    }

    private void SetType(ReadOnlySpan<byte> value)
    {
        _type.Clear();
        _type.Write(value);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        _ended = read == 0;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            _end -= _start;
            _searched -= _start;
            _start = 0;
        }

        if (_end < _buffer.Length)
            return;
        if (_end >= MaxEventBytes)
            throw TooLarge();
        ArrayPool<byte>.Shared.Resize(ref _buffer, _buffer.Length * 2);
    }

    private static IOException TooLarge() => new($"An event of the stream is larger than {MaxEventBytes} bytes.");
}
