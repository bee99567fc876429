using ThotNet.Routing.Health;

namespace ThotNet.Routing.Tests.Health;

public sealed class CircuitTests
{
    private readonly Circuit _circuit = new();
    private TimeSpan _now = TimeSpan.FromHours(1);

    [Fact]
    public void Fail_TwiceAndASuccessBetween_StaysClosed()
    {
        _circuit.Fail(_now);
        _circuit.Fail(_now);
        _circuit.Succeed(_now);
        _circuit.Fail(_now);
        _circuit.Fail(_now);
        Assert.True(_circuit.TryEnter(_now));
        Assert.False(_circuit.IsOpen);
    }

    [Fact]
    public void Fail_ThreeInARow_OpensForFiveSeconds()
    {
        Open();
        Assert.Equal(TimeSpan.FromSeconds(5), _circuit.ClosedFor(_now));
        Assert.False(_circuit.TryEnter(_now + TimeSpan.FromSeconds(4.9)));
        Assert.True(_circuit.TryEnter(_now + TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void TryEnter_AfterTheTime_LetsOneProbeThrough()
    {
        Open();
        _now += TimeSpan.FromSeconds(5);
        Assert.True(_circuit.TryEnter(_now));
        Assert.False(_circuit.TryEnter(_now));
    }

    [Fact]
    public void Fail_Probes_DoublesUpToTwentySeconds()
    {
        Open();
        foreach (var seconds in (int[])[10, 20, 20])
        {
            _now += _circuit.ClosedFor(_now);
            Assert.True(_circuit.TryEnter(_now));
            _circuit.Fail(_now);
            Assert.Equal(TimeSpan.FromSeconds(seconds), _circuit.ClosedFor(_now));
        }
    }

    [Fact]
    public void Succeed_Probe_ClosesAndForgets()
    {
        Open();
        _now += TimeSpan.FromSeconds(5);
        Assert.True(_circuit.TryEnter(_now));
        _circuit.Succeed(_now);
        Assert.True(_circuit.TryEnter(_now));
        Assert.True(_circuit.TryEnter(_now));
        Open();
        Assert.Equal(TimeSpan.FromSeconds(5), _circuit.ClosedFor(_now));
    }

    [Fact]
    public void Release_Probe_LetsTheNextOneProbe()
    {
        Open();
        _now += TimeSpan.FromSeconds(5);
        Assert.True(_circuit.TryEnter(_now));
        _circuit.Release();
        Assert.True(_circuit.IsOpen);
        Assert.True(_circuit.TryEnter(_now));
    }

    [Fact]
    public void Fail_LateFailureWhileOpen_DoesNotProlong()
    {
        Open();
        _now += TimeSpan.FromSeconds(3);
        _circuit.Fail(_now);
        Assert.Equal(TimeSpan.FromSeconds(2), _circuit.ClosedFor(_now));
    }

    [Fact]
    public void TryEnter_ProbeThatNeverEnds_IsGivenUp()
    {
        Open();
        _now += TimeSpan.FromSeconds(5);
        Assert.True(_circuit.TryEnter(_now));
        Assert.False(_circuit.TryEnter(_now + TimeSpan.FromSeconds(19)));
        Assert.True(_circuit.TryEnter(_now + TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData("sfsfsfsfsf", true)]
    [InlineData("sssssfsfsfsfff", true)]
    [InlineData("ffsffsffsf", true)]
    [InlineData("fsfsfsfsf", false)]
    [InlineData("sfsssfsfsfsf", false)]
    [InlineData("ssssssssssfsfsfsfsfsf", false)]
    [InlineData("ssssssssssffsffsffsffsf", false)]
    [InlineData("ssssssssssffsffsffsffsff", true)]
    [InlineData("ffffffffff", true)]
    public void Fail_ShareOfTheNewestTwenty_OpensFromHalfOn(string outcomes, bool isOpen)
    {
        foreach (var outcome in outcomes)
        {
            End(outcome == 'f');
        }

        Assert.Equal(isOpen, _circuit.IsOpen);
    }

    [Fact]
    public void Fail_HalfOfTenButOverALongTime_StaysClosed()
    {
        for (var outcome = 0; outcome < 40; outcome++)
        {
            End(failed: outcome % 2 == 0);
            _now += TimeSpan.FromSeconds(3.4);
        }

        Assert.False(_circuit.IsOpen);
    }

    [Fact]
    public void Succeed_LateWhileOpenForItsRate_IsNoNews()
    {
        OpenByRate();
        _circuit.Succeed(_now);
        Assert.Equal(TimeSpan.FromSeconds(5), _circuit.ClosedFor(_now));
    }

    [Fact]
    public void Succeed_ProbeAfterARate_ForgetsTheOldOutcomes()
    {
        OpenByRate();
        _now += TimeSpan.FromSeconds(5);
        Assert.True(_circuit.TryEnter(_now));
        _circuit.Succeed(_now);
        _circuit.Fail(_now);
        _circuit.Fail(_now);
        Assert.False(_circuit.IsOpen);
    }

    [Fact]
    public void Fail_ProbeAfterARate_DoublesTheTime()
    {
        OpenByRate();
        _now += TimeSpan.FromSeconds(5);
        Assert.True(_circuit.TryEnter(_now));
        _circuit.Fail(_now);
        Assert.Equal(TimeSpan.FromSeconds(10), _circuit.ClosedFor(_now));
    }

    [Fact]
    public void Disable_ModelGone_NeverOpensAgain()
    {
        _circuit.Disable("the model is gone");
        _circuit.Succeed(_now);
        Assert.Equal("the model is gone", _circuit.Disabled);
        Assert.False(_circuit.TryEnter(_now + TimeSpan.FromDays(1)));
    }

    private void OpenByRate()
    {
        for (var outcome = 0; outcome < 10; outcome++)
        {
            End(failed: outcome % 2 == 1);
        }

        Assert.True(_circuit.IsOpen);
    }

    private void End(bool failed)
    {
        if (failed)
        {
            _circuit.Fail(_now);
        }
        else
        {
            _circuit.Succeed(_now);
        }
    }

    private void Open()
    {
        for (var failure = 0; failure < Circuit.FailuresToOpen; failure++)
        {
            _circuit.Fail(_now);
        }
    }
}
