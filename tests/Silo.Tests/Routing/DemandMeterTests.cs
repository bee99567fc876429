using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Chat;
using ThotNet.Routing;
using ThotNet.Silo.Routing;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Tests.Routing;

public sealed class DemandMeterTests
{
    private static readonly ImmutableArray<TargetDefinition> Targets =
        [.. Enumerable.Range(0, 70).Select(index => new TargetDefinition("p", $"m{index}", [], 1, "q", Capabilities.None, 100))];

    private readonly PromptScales _scales = new(new Catalog(Targets, []));
    private readonly DemandMeter _meter;

    public DemandMeterTests() => _meter = new(new Catalog(Targets, []), _scales);

    [Fact]
    public void Take_SomeRequests_AddsUpThoseOfOneSizeAndChoice()
    {
        Count(50, [0, 2]);
        Count(60, [0, 2]);
        Count(50, [1]);
        Count(5000, [1]);
        Assert.Equal(
            [new(0b10, 14, 1, 50, 100), new(0b10, 24, 1, 5000, 100), new(0b101, 14, 2, 110, 200)],
            _meter.Take().OrderBy(report => report.Targets).ThenBy(report => report.Size));
        Assert.Empty(_meter.Take());
    }

    [Fact]
    public void Count_RequestsUseLessThanTheyReserve_CountsWhatIsExpected()
    {
        for (var request = 0; request < UsedParts.LeastRequests; request++)
        {
            _scales.Used.Learn(QuotaAmounts.OfRequest(50, 100), QuotaAmounts.OfRequest(40, 20));
        }

        Count(50, [0]);
        Assert.Equal([new(0b1, 11, 1, 40, 20)], _meter.Take());
    }

    [Fact]
    public void Count_OrderOfModels_NamesTheTargetsOfAllTiers()
    {
        _meter.Count(Request(50), [[Targets[3]], [Targets[0], Targets[3]]]);
        Assert.Equal(0b1001UL, _meter.Take().Single().Targets);
    }

    [Fact]
    public void Count_TargetBeyondThe64th_IsNotNamed()
    {
        Count(50, [63, 64]);
        Assert.Equal(1UL << 63, _meter.Take().Single().Targets);
    }

    [Fact]
    public void Count_MoreChoicesThanAreToldApart_GoToThatOfAllTargets()
    {
        for (var choice = 0; choice < 200; choice++)
        {
            Count(50, [.. Enumerable.Range(0, 8).Where(bit => (choice + 1 & (1 << bit)) != 0)]);
        }

        var taken = _meter.Take();
        Assert.Equal((DemandMeter.MaxChoices, 200), (taken.Length, taken.Sum(report => report.Requests)));
        Assert.Equal(137, taken.Single(report => report.Targets == ulong.MaxValue).Requests);
    }

    [Fact]
    public void Count_NewChoiceAfterTheOthersWereNotAskedFor_IsToldApart()
    {
        Count_MoreChoicesThanAreToldApart_GoToThatOfAllTargets();
        _meter.Take();
        Count(50, [9]);
        Assert.Equal(1UL << 9, _meter.Take().Single().Targets);
    }

    [Fact]
    public void Count_KnownChoice_AllocatesNothing()
    {
        var request = Request(50);
        ImmutableArray<ImmutableArray<TargetDefinition>> tiers = [Targets[..4]];
        Assert.Equal(0, Allocations.Of(() => _meter.Count(request, tiers)));
    }

    [Fact]
    public async Task Count_ManyThreads_LosesNothing()
    {
        var taken = 0L;
        var counting = Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var request = 0; request < 5_000; request++)
            {
                Count(50 + request, [thread]);
                Interlocked.Add(ref taken, request % 100 == 0 ? _meter.Take().Sum(report => report.Requests) : 0);
            }
        }));
        await Task.WhenAll(counting);
        Assert.Equal(20_000, taken + _meter.Take().Sum(report => report.Requests));
    }

    private void Count(long prompt, int[] targets) => _meter.Count(Request(prompt), [[.. targets.Select(target => Targets[target])]]);

    private static ChatRequest Request(long prompt) => new() { Body = default, Model = "auto", Prompt = new(0, 0, prompt, false) };
}
