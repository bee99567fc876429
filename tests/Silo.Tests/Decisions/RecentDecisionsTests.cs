using ThotNet.Silo.Decisions;

namespace ThotNet.Silo.Tests.Decisions;

public sealed class RecentDecisionsTests
{
    private readonly RecentDecisions _recent = new();

    [Fact]
    public void Newest_FewerThanAsked_IsAllOfThem()
    {
        Assert.Empty(_recent.Newest(5));
        Add(1, 2);

        Assert.Equal(["req_2", "req_1"], Ids(5));
        Assert.Equal(["req_2"], Ids(1));
        Assert.Empty(_recent.Newest(0));
    }

    [Fact]
    public void Add_MoreThanAreKept_DropsTheOldest()
    {
        Add(1, 2500);

        var ids = Ids(int.MaxValue).ToList();
        Assert.Equal((1000, "req_2500", "req_1501"), (ids.Count, ids[0], ids[^1]));
    }

    [Fact]
    public async Task Add_FromManyThreads_KeepsEachOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() => Add((thread * 250) + 1, (thread + 1) * 250))));

        Assert.Equal(
            Enumerable.Range(1, 1000).Select(number => $"req_{number}").Order(StringComparer.Ordinal), Ids(1000).Order(StringComparer.Ordinal));
    }

    private void Add(int first, int last)
    {
        for (var number = first; number <= last; number++)
        {
            _recent.Add(DecisionSamples.Numbered(number));
        }
    }

    private IEnumerable<string> Ids(int most) => _recent.Newest(most).Select(decision => decision.RequestId);
}
