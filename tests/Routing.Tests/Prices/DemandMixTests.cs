using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Routing.Prices;

namespace ThotNet.Routing.Tests.Prices;

public sealed class DemandMixTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly DemandMix _mix = new();

    [Fact]
    public void Kinds_NothingCame_IsEmpty()
    {
        _mix.Take([new(1, 10, 0, 0, 0)], Noon);

        Assert.Empty(_mix.Kinds());
    }

    [Fact]
    public void Kinds_SomeCame_AreThePartsAndMeans()
    {
        _mix.Take([new(3, 10, 6, 600, 60), new(1, 10, 1, 1000, 10)], Noon);
        _mix.Take([new(3, 10, 3, 1200, 30)], Noon);

        Assert.Equal([new DemandKind(1, 0.1, 1000, 10), new DemandKind(3, 0.9, 200, 10)], _mix.Kinds());
    }

    [Fact]
    public void Take_AfterAnHour_WhatCameBeforeCountsHalf()
    {
        _mix.Take([new(1, 10, 100, 100_000, 1000)], Noon);
        _mix.Take([new(2, 10, 50, 5_000, 500)], Noon + DemandMix.HalfLife);

        Assert.Equal([(1UL, 0.5, 1000.0), (2UL, 0.5, 100.0)], _mix.Kinds().Select(kind => (kind.Targets, Math.Round(kind.Part, 9), Math.Round(kind.InputTokens, 6))));
    }

    [Fact]
    public void Take_AfterTwoDays_RareKindsAreForgotten()
    {
        _mix.Take([new(1, 10, 100, 100, 100), new(2, 10, 1_000_000_000, 1, 1)], Noon);
        _mix.Take([], Noon.AddDays(2));

        Assert.Equal([2UL], _mix.Kinds().Select(kind => kind.Targets));
    }

    [Fact]
    public void Take_MoreThanAThousandKinds_ForgetsTheRarest()
    {
        _mix.Take([.. Enumerable.Range(1, 2000).Select(number => new DemandReport((ulong)number, 10, number, number, number))], Noon);

        Assert.Equal(Enumerable.Range(2000 - 1023, 1024).Select(number => (ulong)number), _mix.Kinds().Select(kind => kind.Targets));
        Assert.Equal(1, _mix.Kinds().Sum(kind => kind.Part), 1e-9);
    }
}
