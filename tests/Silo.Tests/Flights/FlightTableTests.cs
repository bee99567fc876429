using CsCheck;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Silo.Flights;
using ThotNet.Silo.Tests.Caching;

namespace ThotNet.Silo.Tests.Flights;

/// <summary>Who boards what, and that no seat is lost or counted twice.</summary>
public sealed class FlightTableTests
{
    private readonly FlightTable _table = new();

    [Fact]
    public void Board_SameKey_IsTheSameFlight_AndOneBegins()
    {
        var (first, second, other) = (_table.Board(AnswerSamples.Key(1)), _table.Board(AnswerSamples.Key(1)), _table.Board(AnswerSamples.Key(2)));

        Assert.Same(first.Flight, second.Flight);
        Assert.NotSame(first.Flight, other.Flight);
        Assert.Equal((true, false, true), (first.IsFirst, second.IsFirst, other.IsFirst));
        Assert.Equal((2, 3), (_table.Count, _table.Seats));
    }

    [Fact]
    public void BoardAlone_NobodyElseBoardsOrFindsIt()
    {
        var alone = _table.BoardAlone(AnswerSamples.Key(1));

        Assert.True(_table.Board(AnswerSamples.Key(1)).IsFirst);
        Assert.Null(_table.Find(alone.Flight.Id));
        alone.Dispose();
        Assert.True(alone.Flight.Abandoned.IsCancellationRequested);
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void Leave_LastOne_EndsTheFlight_WhoeverItIs()
    {
        var (creator, other) = (_table.Board(AnswerSamples.Key(1)), _table.Board(AnswerSamples.Key(1)));
        var remote = _table.Find(creator.Flight.Id)!;
        creator.Dispose();
        creator.Dispose();
        other.Dispose();
        Assert.False(creator.Flight.Abandoned.IsCancellationRequested);
        remote.Dispose();

        Assert.True(creator.Flight.Abandoned.IsCancellationRequested);
        Assert.Null(_table.Find(creator.Flight.Id));
        Assert.Equal((0, 0), (_table.Count, _table.Seats));
    }

    [Fact]
    public void Leave_AfterTheEnd_AbandonsNothing_AndItCanBeBoardedUntilItIsClosed()
    {
        var seat = _table.Board(AnswerSamples.Key(1));
        seat.Flight.Record.Complete(null);
        seat.Dispose();

        Assert.False(seat.Flight.Abandoned.IsCancellationRequested);
        Assert.Same(seat.Flight, _table.Board(AnswerSamples.Key(1)).Flight);
        _table.Close(seat.Flight);
        Assert.True(_table.Board(AnswerSamples.Key(1)).IsFirst);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Board_AfterAFailureOrAHandOver_IsANewFlight_ThatTheOldOnesEndDoesNotClose(bool failed)
    {
        var old = _table.Board(AnswerSamples.Key(1)).Flight;
        if (failed)
        {
            old.Record.Fail(ApiError.Unavailable("no"));
        }
        else
        {
            old.Record.HandOver();
        }

        var next = _table.Board(AnswerSamples.Key(1));
        _table.Close(old);

        Assert.True(next.IsFirst);
        Assert.Null(_table.Find(old.Id));
        Assert.Same(next.Flight, _table.Board(AnswerSamples.Key(1)).Flight);
    }

    [Fact]
    public void AnyoneAtAnyTime_NoSeatIsLostOrCountedTwice() =>
        Gen.Int.Array[20, 200].MustHold(
            seeds =>
            {
                var table = new FlightTable();
                var abandoned = 0;
                var begun = 0;
                Parallel.ForEach(seeds, new ParallelOptions { MaxDegreeOfParallelism = 4 }, seed =>
                {
                    var key = AnswerSamples.Key(seed & 1);
                    using var seat = (seed & 14) == 0 ? table.BoardAlone(key) : table.Board(key);
                    if (seat.IsFirst)
                    {
                        Interlocked.Increment(ref begun);
                        seat.Flight.Abandoned.Register(() => Interlocked.Increment(ref abandoned));
                    }

                    using var reading = (seed & 16) == 0 ? table.Find(seat.Flight.Id) : null;
                    Assert.False(seat.Flight.Abandoned.IsCancellationRequested);
                    if ((seed & 96) == 0)
                    {
                        table.Close(seat.Flight);
                    }
                });

                // Everybody has left, and no flight had ended: each was given up, once.
                Assert.Equal((begun, 0, 0), (abandoned, table.Count, table.Seats));
            },
            iter: 300);
}
