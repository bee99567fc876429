using Microsoft.Extensions.Time.Testing;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

public sealed class LookupGateTests
{
    private readonly FakeTimeProvider _time = new(AnswerSamples.Now);
    private readonly LookupGate _gate;

    public LookupGateTests() => _gate = new(_time);

    [Fact]
    public void Gate_AfterFiveFailuresInARow_LetsOneTryASecondThrough()
    {
        Assert.Equal([false, false, false, false, true], Fail(5));

        Assert.False(_gate.MayTry());
        _time.Advance(LookupGate.Pause);
        Assert.True(_gate.MayTry());
        Assert.False(_gate.MayTry());
        Assert.False(_gate.Note(succeeded: false));
        Assert.False(_gate.MayTry());
        Assert.True(_gate.IsClosed);
    }

    [Fact]
    public void Gate_AfterATryThatSucceeds_IsOpen()
    {
        Fail(5);
        _time.Advance(LookupGate.Pause);
        Assert.True(_gate.MayTry());

        Assert.True(_gate.Note(succeeded: true));
        Assert.Equal([true, true], [_gate.MayTry(), _gate.MayTry()]);
        Assert.False(_gate.IsClosed);
    }

    [Fact]
    public void Gate_WithASuccessBetween_StaysOpen()
    {
        Fail(4);
        Assert.False(_gate.Note(succeeded: true));
        Fail(4);

        Assert.True(_gate.MayTry());
        Assert.False(_gate.IsClosed);
    }

    private bool[] Fail(int times) => [.. Enumerable.Range(0, times).Select(_ => _gate.MayTry() && _gate.Note(succeeded: false))];
}
