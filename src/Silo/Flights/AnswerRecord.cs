using System.Buffers;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers;
using ThotNet.Silo.Pipeline;

namespace ThotNet.Silo.Flights;

/// <summary>One answer on its way: written by one feeder, read by any number of readers, also by those who come late. It only grows.</summary>
/// <remarks>
/// Nobody takes a lock. The writer alone changes the fields; what it has written becomes visible with <see cref="Length"/> or <see cref="End"/>, which it
/// stores last, so a reader looks at those first. Readers who wait share one signal; see <see cref="WaitAsync"/>.
/// The bytes are plain arrays that are never rented: a rented one that went back while somebody still reads it would show one caller's answer to another,
/// and a count of readers that prevents it costs more than the few arrays.
/// </remarks>
internal sealed class AnswerRecord
{
    /// <summary>The most bytes that one record takes.</summary>
    public const int MaxBytes = AnswerRelay.MaxAnswerBytes;

    private const int FirstSegment = 4 * 1024;

    // Larger arrays would live until the rarest collection.
    private const int LargestSegment = 64 * 1024;

    private readonly Segment _first = new(FirstSegment, 0);
    private Segment _last;
    private long _length;
    private AnswerSource? _source;
    private bool _isStream;
    private bool _isAsked;
    private ApiError? _error;
    private TokenUsage? _usage;
    private int _end;

    // Null while nobody waits. Who waits puts one there, the writer takes it away and completes it.
    private TaskCompletionSource? _change;

    public AnswerRecord() => _last = _first;

    /// <summary>Whether the bytes are events of a stream or one body; the feeder says so before the first byte.</summary>
    public bool IsStream
    {
        get => Volatile.Read(ref _isStream);
        set
        {
            MustBeEmpty();
            Volatile.Write(ref _isStream, value);
        }
    }

    /// <summary>A provider has been asked, or had been by the time that another silo told: what is waited for is its answer, and no longer headroom.</summary>
    public bool IsAsked => Volatile.Read(ref _isAsked);

    /// <summary>Who answers; final once there are bytes.</summary>
    public AnswerSource? Source => Volatile.Read(ref _source);

    /// <summary>How many bytes there are. It is never seen between two bytes that were appended together, so it lies between two events of a stream.</summary>
    public long Length => Volatile.Read(ref _length);

    /// <summary>Whether and how the record has ended. Bytes that a reader has not seen yet may be there all the same.</summary>
    public RecordEnd End => (RecordEnd)Volatile.Read(ref _end);

    /// <summary>What went wrong, once it has failed.</summary>
    public ApiError? Error => End == RecordEnd.Failed ? _error : null;

    /// <summary>What the answer cost, once it is complete and if the provider has said so.</summary>
    public TokenUsage? Usage => End == RecordEnd.Answered ? _usage : null;

    /// <summary>A provider is asked.</summary>
    public void NoteAsked() => Volatile.Write(ref _isAsked, true);

    /// <summary>Says who answers: the last word before the first byte counts.</summary>
    public void Describe(AnswerSource source)
    {
        if (_length == 0 && _end == (int)RecordEnd.Open)
        {
            Volatile.Write(ref _source, source);
        }
    }

    /// <summary>Whether that many bytes more can be appended.</summary>
    public bool HasRoomFor(long count) => count <= MaxBytes - _length;

    /// <summary>Adds whole events of a stream, or parts of the body of an answer that is none.</summary>
    /// <exception cref="InvalidOperationException">The record has ended or is full.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        MustBeOpen();
        if (!HasRoomFor(bytes.Length))
        {
            throw new InvalidOperationException($"An answer has at most {MaxBytes} bytes.");
        }

        if (bytes.IsEmpty)
        {
            return;
        }

        var length = _length;
        while (!bytes.IsEmpty)
        {
            var count = SegmentFor(length).Write(length, bytes);
            length += count;
            bytes = bytes[count..];
        }

        Volatile.Write(ref _length, length);
        Wake();
    }

    /// <summary>The answer is complete.</summary>
    public void Complete(TokenUsage? usage)
    {
        MustBeOpen();
        _usage = usage;
        EndAs(RecordEnd.Answered);
    }

    /// <summary>The answer has failed, before or behind its first byte.</summary>
    public void Fail(ApiError error)
    {
        MustBeOpen();
        _error = error;
        EndAs(RecordEnd.Failed);
    }

    /// <summary>No answer will come, for a reason that is the leader's own: the readers go again.</summary>
    /// <exception cref="InvalidOperationException">The record has ended or has bytes already.</exception>
    public void HandOver()
    {
        MustBeEmpty();
        EndAs(RecordEnd.HandedOver);
    }

    /// <summary>Waits for bytes behind a position.</summary>
    /// <param name="position">How many bytes the reader has seen.</param>
    /// <param name="cancel">Ends the wait of this reader.</param>
    /// <returns>True when there are such bytes, false when the record has ended and there will be none.</returns>
    public ValueTask<bool> WaitAsync(long position, CancellationToken cancel) =>
        Look(position) is { } known ? ValueTask.FromResult(known) : WaitForChangeAsync(position, cancel);

    /// <summary>The bytes from a position on, as they lie in the record: they stay as they are.</summary>
    /// <param name="position">At least 0, at most <see cref="Length"/>.</param>
    public ReadOnlySequence<byte> Read(long position)
    {
        var length = Length;
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, length);
        if (position == length)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        // Most readers are near the end.
        var last = Volatile.Read(ref _last);
        var from = (last.RunningIndex <= position ? last : _first).Find(position);
        var to = from.Find(length - 1);
        return new ReadOnlySequence<byte>(from, (int)(position - from.RunningIndex), to, (int)(length - to.RunningIndex));
    }

    // The end first: what is there then is all.
    private bool? Look(long position)
    {
        var end = End;
        return Length > position ? true : end != RecordEnd.Open ? false : null;
    }

    private async ValueTask<bool> WaitForChangeAsync(long position, CancellationToken cancel)
    {
        while (true)
        {
            // Put in its place before the look at the record: a change that comes later completes it, one that came earlier is seen.
            var change = Volatile.Read(ref _change) ?? PutChange();
            if (Look(position) is { } known)
            {
                return known;
            }

            await change.Task.WaitAsync(cancel);
        }
    }

    private TaskCompletionSource PutChange()
    {
        var own = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Interlocked.CompareExchange(ref _change, own, null) ?? own;
    }

    private void Wake() => Interlocked.Exchange(ref _change, null)?.SetResult();

    private Segment SegmentFor(long length)
    {
        if (length == _last.End)
        {
            Volatile.Write(ref _last, _last.Grow(Math.Min(LargestSegment, 2 * _last.Memory.Length)));
        }

        return _last;
    }

    private void EndAs(RecordEnd end)
    {
        Volatile.Write(ref _end, (int)end);
        Wake();
    }

    private void MustBeOpen()
    {
        if (_end != (int)RecordEnd.Open)
        {
            throw new InvalidOperationException("The answer has ended.");
        }
    }

    private void MustBeEmpty()
    {
        MustBeOpen();
        if (_length > 0)
        {
            throw new InvalidOperationException("The answer has begun.");
        }
    }

    /// <summary>An array of the record. All but the last are full.</summary>
    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        private readonly byte[] _bytes;

        public Segment(int size, long start)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(size);
            Memory = _bytes;
            RunningIndex = start;
        }

        /// <summary>The position behind its last byte.</summary>
        public long End => RunningIndex + _bytes.Length;

        /// <summary>Writes at a position as many bytes as fit.</summary>
        /// <returns>How many were written.</returns>
        public int Write(long position, ReadOnlySpan<byte> bytes)
        {
            var free = _bytes.AsSpan((int)(position - RunningIndex));
            var count = Math.Min(free.Length, bytes.Length);
            bytes[..count].CopyTo(free);
            return count;
        }

        /// <summary>Puts another one behind it.</summary>
        public Segment Grow(int size)
        {
            var next = new Segment(size, End);
            Next = next;
            return next;
        }

        /// <summary>The segment, from this one on, that holds the byte at a position.</summary>
        public Segment Find(long position)
        {
            var segment = this;
            while (position >= segment.End)
            {
                segment = (Segment)segment.Next!;
            }

            return segment;
        }
    }
}
