using Microsoft.Extensions.Time.Testing;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

public sealed class MemoryLevelTests : IDisposable
{
    private const int MaxBytes = 100_000;

    private readonly FakeTimeProvider _time = new(AnswerSamples.Now);
    private readonly MemoryLevel _memory;

    public MemoryLevelTests() => _memory = new(MaxBytes, _time);

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Answer_Put_IsFoundUntilItExpires()
    {
        var answer = AnswerSamples.Answer(1);
        _memory.Put(answer);

        Assert.Same(answer, _memory.Find(answer.Key));
        _time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.Same(answer, _memory.Find(answer.Key));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(_memory.Find(answer.Key));
        Assert.Equal(0, _memory.Bytes);
    }

    [Fact]
    public void Answer_PutAgain_ReplacesTheOldOneAndItsBytes()
    {
        _memory.Put(AnswerSamples.Answer(1, new string('a', 5000)));
        var newer = AnswerSamples.Answer(1, "newer");
        _memory.Put(newer);

        Assert.Same(newer, _memory.Find(newer.Key));
        Assert.Equal((1, MemoryLevel.SizeOf(newer)), (_memory.Count, _memory.Bytes));
    }

    [Fact]
    public void Level_ThatIsFull_TakesEveryNewAnswerAndStaysWithinItsBytes()
    {
        for (var number = 0; number < 2000; number++)
        {
            var answer = AnswerSamples.Answer(number, new string('a', (number * 7919) % 20_000));
            _memory.Put(answer);
            _time.Advance(TimeSpan.FromMilliseconds(1));

            Assert.Same(answer, _memory.Find(answer.Key));
            Assert.InRange(_memory.Bytes, MemoryLevel.SizeOf(answer), MaxBytes);
        }
    }

    [Fact]
    public void Level_ThatIsFull_ForgetsWhatWasNotUsedForLongest()
    {
        for (var number = 0; number < 200; number++)
        {
            _memory.Put(AnswerSamples.Answer(number, new string('a', 1000)));
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.NotNull(_memory.Find(AnswerSamples.Key(0)));
        }

        Assert.Null(_memory.Find(AnswerSamples.Key(1)));
        Assert.NotNull(_memory.Find(AnswerSamples.Key(199)));
    }

    [Fact]
    public void Answer_LargerThanTheLevel_IsNotHeldAndLeavesTheOthers()
    {
        _memory.Put(AnswerSamples.Answer(1));
        _memory.Put(AnswerSamples.Answer(2, new string('a', MaxBytes)));

        Assert.NotNull(_memory.Find(AnswerSamples.Key(1)));
        Assert.Null(_memory.Find(AnswerSamples.Key(2)));
    }

    [Fact]
    public void Answer_LargerThanTheLevel_IsNoReasonToServeItsPredecessor()
    {
        _memory.Put(AnswerSamples.Answer(1));
        _memory.Put(AnswerSamples.Answer(1, new string('a', MaxBytes)));

        Assert.Null(_memory.Find(AnswerSamples.Key(1)));
    }

    [Fact]
    public void Answer_ThatHasExpired_ThrowsNothingOut()
    {
        _memory.Put(AnswerSamples.Answer(1));
        _memory.Put(AnswerSamples.Answer(2) with { ExpiresAt = AnswerSamples.Now });

        Assert.NotNull(_memory.Find(AnswerSamples.Key(1)));
        Assert.Null(_memory.Find(AnswerSamples.Key(2)));
    }

    [Fact]
    public void Body_ThatIsPartOfALargeArray_IsCopied()
    {
        _memory.Put(AnswerSamples.Answer(1) with { Body = new byte[50_000].AsMemory(10, 20) });

        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(_memory.Find(AnswerSamples.Key(1))!.Body, out var segment));
        Assert.Equal((20, 20), (segment.Count, segment.Array!.Length));
    }

    [Fact]
    public async Task Level_UsedByManyThreads_CountsWhatItHolds()
    {
        await Parallel.ForAsync(0, 8, TestContext.Current.CancellationToken, (thread, _) =>
        {
            for (var round = 0; round < 2000; round++)
            {
                var key = (round * (thread + 1)) % 50;
                _memory.Put(AnswerSamples.Answer(key, new string('a', ((round + thread) * 997) % 5000)));
                _memory.Find(AnswerSamples.Key((key * 7) % 50));
                if (round % 5 == thread % 5)
                {
                    _memory.Remove(AnswerSamples.Key(key));
                }
            }

            return ValueTask.CompletedTask;
        });

        // Room that the library makes in the background, after a refusal, may still be going on.
        await Eventually.TrueAsync(() => _memory.Bytes == Enumerable.Range(0, 50)
            .Select(key => _memory.Find(AnswerSamples.Key(key))).OfType<CachedAnswer>().Sum(MemoryLevel.SizeOf));
        Assert.InRange(_memory.Bytes, 0, MaxBytes);
    }

    [Fact]
    public void Size_OfAnAnswer_IsNoLessThanWhatHoldingItTakes()
    {
        var codec = new AnswerCodec("", 1 << 20);
        var value = codec.Encode(AnswerSamples.Answer(1, "{\"short\":\"one\"}"))!;
        var size = MemoryLevel.SizeOf(codec.Decode(value, AnswerSamples.Key(1), out _)!);

        Assert.InRange(Allocations.Of(() => _memory.Put(codec.Decode(value, AnswerSamples.Key(1), out _)!)), size / 4, size);
    }
}
