using System.Buffers;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers;
using ThotNet.Silo.Flights;

namespace ThotNet.Silo.Tests.Flights;

public sealed class AnswerRecordTests
{
    private static readonly ApiError Broken = ApiError.Unavailable("broken");
    private static readonly TokenUsage Usage = new(1, 2, 3, 4, 5);

    private readonly AnswerRecord _record = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Record_New_IsOpenAndEmpty()
    {
        Assert.Equal((RecordEnd.Open, 0L, false), (_record.End, _record.Length, _record.IsStream));
        Assert.Null(_record.Source);
        Assert.Null(_record.Error);
        Assert.Null(_record.Usage);
        Assert.True(_record.Read(0).IsEmpty);
    }

    [Fact]
    public void Read_FromAnyPosition_GivesTheRest()
    {
        var bytes = Bytes(200_000);
        _record.Append(bytes.AsSpan(0, 3));
        _record.Append(bytes.AsSpan(3, 4093));
        _record.Append(bytes.AsSpan(4096, 1));
        _record.Append(bytes.AsSpan(4097));

        foreach (var position in new[] { 0, 1, 4095, 4096, 4097, 12_287, 12_288, 190_000, 199_999, 200_000 })
        {
            Assert.Equal(bytes[position..], _record.Read(position).ToArray());
        }
    }

    [Fact]
    public void Read_SeenBefore_StaysAsItWas()
    {
        _record.Append("ab"u8);
        var seen = _record.Read(0);
        _record.Append(Bytes(100_000));

        Assert.Equal("ab"u8, seen.ToArray());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Read_PositionOutsideTheRecord_Throws(long position)
    {
        _record.Append("ab"u8);

        Assert.Throws<ArgumentOutOfRangeException>(() => _record.Read(position));
    }

    [Fact]
    public void Describe_BeforeTheFirstByte_LastWordCounts()
    {
        _record.Describe(new("groq", "groq/a", 1));
        _record.Describe(new("gemini", "gemini/b", 2));
        _record.IsStream = true;
        _record.Append("x"u8);
        _record.Describe(new("openrouter", "openrouter/c", 3));

        Assert.Equal(new AnswerSource("gemini", "gemini/b", 2), _record.Source);
        Assert.True(_record.IsStream);
        Assert.Throws<InvalidOperationException>(() => _record.IsStream = false);
    }

    [Fact]
    public void Complete_Record_TellsUsageAndTakesNothingMore()
    {
        _record.Append("x"u8);
        _record.Complete(Usage);

        Assert.Equal((RecordEnd.Answered, Usage), (_record.End, _record.Usage));
        Assert.Null(_record.Error);
        Assert.Throws<InvalidOperationException>(() => _record.Append("y"u8));
        Assert.Throws<InvalidOperationException>(() => _record.Fail(Broken));
        Assert.Equal("x"u8, _record.Read(0).ToArray());
    }

    [Fact]
    public void Fail_Record_TellsTheErrorAndKeepsTheBytes()
    {
        _record.Append("x"u8);
        _record.Fail(Broken);

        Assert.Equal(RecordEnd.Failed, _record.End);
        Assert.Same(Broken, _record.Error);
        Assert.Null(_record.Usage);
        Assert.Equal("x"u8, _record.Read(0).ToArray());
    }

    [Fact]
    public void HandOver_AfterTheFirstByte_Throws()
    {
        _record.Append("x"u8);

        Assert.Throws<InvalidOperationException>(_record.HandOver);
        Assert.Equal(RecordEnd.Open, _record.End);
    }

    [Fact]
    public async Task HandOver_NothingAppended_EndsForThoseWhoWait()
    {
        var wait = _record.WaitAsync(0, Cancel);
        _record.HandOver();

        Assert.False(await wait);
        Assert.Equal(RecordEnd.HandedOver, _record.End);
    }

    [Fact]
    public void Append_BeyondTheLargestAnswer_ThrowsAndKeepsWhatWasThere()
    {
        var part = new byte[AnswerRecord.MaxBytes / 4];
        for (var i = 0; i < 4; i++)
        {
            Assert.True(_record.HasRoomFor(part.Length));
            _record.Append(part);
        }

        Assert.False(_record.HasRoomFor(1));
        Assert.Throws<InvalidOperationException>(() => _record.Append("x"u8));
        Assert.Equal(AnswerRecord.MaxBytes, _record.Length);
        Assert.Equal(RecordEnd.Open, _record.End);
    }

    [Fact]
    public async Task Wait_BytesBehindThePosition_IsOverAtOnce()
    {
        _record.Append("ab"u8);
        var behind = _record.WaitAsync(1, Cancel);
        var ahead = _record.WaitAsync(2, Cancel);

        Assert.True(behind.IsCompletedSuccessfully);
        Assert.True(await behind);
        Assert.False(ahead.IsCompleted);
        _record.Append("c"u8);
        Assert.True(await ahead);
    }

    [Fact]
    public async Task Wait_EndedWithBytesUnseen_GivesThemFirst()
    {
        _record.Append("ab"u8);
        _record.Complete(null);

        Assert.True(await _record.WaitAsync(0, Cancel));
        Assert.False(await _record.WaitAsync(2, Cancel));
    }

    [Fact]
    public async Task Wait_OneReaderLeaves_TheOthersGoOn()
    {
        using var leaving = new CancellationTokenSource();
        var left = _record.WaitAsync(0, leaving.Token);
        var staying = _record.WaitAsync(0, Cancel);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await left);
        Assert.False(staying.IsCompleted);
        _record.Append("x"u8);
        Assert.True(await staying);
    }

    [Fact]
    public void Append_NobodyWaits_AllocatesSegmentsOnly()
    {
        var one = "data: {}\n\n"u8.ToArray();
        _record.Append(one);

        Assert.Equal(0, Allocations.Of(() => _record.Append(one)));
    }

    // Writer and readers yield at will, so that each sample is another interleaving; some readers begin when all is over.
    [Fact]
    public async Task Readers_AnyInterleaving_SeeExactlyTheBytesAndTheEnd()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var record = new AnswerRecord();
            var bytes = Bytes(new Random(seed).Next(0, 60_000));
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var readers = Enumerable.Range(0, 6).Select(reader => ReadAsync(record, begun.Task, new Random((seed * 100) + reader))).ToList();
            begun.SetResult();
            await WriteAsync(record, bytes, fails: seed % 2 == 1, new Random(seed));
            readers.Add(ReadAsync(record, Task.CompletedTask, new Random(seed)));

            foreach (var read in await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(20), Cancel))
            {
                Assert.Equal(bytes, read.Bytes);
                Assert.Equal(seed % 2 == 0 ? RecordEnd.Answered : RecordEnd.Failed, read.End);
            }
        }
    }

    // The smallest window for a lost wake-up: a reader goes to sleep just when the one byte it waits for, or the end, comes.
    [Fact]
    public async Task Readers_WaitingWhenAByteComes_AreAllWoken()
    {
        using var barrier = new Barrier(3);
        var record = new AnswerRecord();
        const int Rounds = 3000;
        var readers = Enumerable.Range(0, 2).Select(_ => OnThread(async () =>
        {
            for (var position = 0; position < Rounds; position++)
            {
                barrier.SignalAndWait(Cancel);
                if (!await record.WaitAsync(position, Cancel))
                {
                    return -1;
                }
            }

            return record.Read(0).Length;
        })).ToList();
        var writer = OnThread(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                barrier.SignalAndWait(Cancel);
                record.Append("x"u8);
            }

            return Task.FromResult(0L);
        });

        await writer.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.All(await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(20), Cancel), read => Assert.Equal(Rounds, read));
    }

    private static Task<long> OnThread(Func<Task<long>> work) =>
        Task.Factory.StartNew(work, Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    private static async Task WriteAsync(AnswerRecord record, byte[] bytes, bool fails, Random random)
    {
        await Task.Yield();
        for (var position = 0; position < bytes.Length;)
        {
            var count = Math.Min(bytes.Length - position, random.Next(4) == 0 ? random.Next(10_000) : random.Next(400));
            record.Append(bytes.AsSpan(position, count));
            position += count;
            if (random.Next(3) == 0)
            {
                await Task.Yield();
            }
        }

        if (random.Next(2) == 0)
        {
            await Task.Yield();
        }

        if (fails)
        {
            record.Fail(Broken);
        }
        else
        {
            record.Complete(Usage);
        }
    }

    private static async Task<(byte[] Bytes, RecordEnd End)> ReadAsync(AnswerRecord record, Task begun, Random random)
    {
        await begun;
        var read = new ArrayBufferWriter<byte>();
        long position = 0;
        while (await record.WaitAsync(position, Cancel))
        {
            var bytes = record.Read(position);
            bytes = random.Next(3) == 0 ? bytes.Slice(0, 1 + random.NextInt64(bytes.Length)) : bytes;
            foreach (var part in bytes)
            {
                read.Write(part.Span);
            }

            position += bytes.Length;
            if (random.Next(4) == 0)
            {
                await Task.Yield();
            }
        }

        return (read.WrittenSpan.ToArray(), record.End);
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
