using System.Collections.Concurrent;
using ThotNet.Planner.Optimum;
using ThotNet.Planner.Policies;
using ThotNet.Planner.Providers;
using ThotNet.Planner.Scenarios;
using ThotNet.Planner.Simulation;
using ThotNet.Planner.Tests.Traces;
using ThotNet.Planner.Traces;
using ThotNet.Routing;
using Simulator = ThotNet.Planner.Simulation.Simulation;

namespace ThotNet.Planner.Tests.Policies;

/// <summary>What ThotNet's policy must serve at least, of what any choice could serve, and never less than the ordinary policies.</summary>
/// <remarks>A recorded trace is used where there is one beside the repository, and one that is made up like it otherwise.</remarks>
public sealed class PolicyFloorTests
{
    private const string RecordedTrace = "shared/data/azure-llm-2023-conv.csv";
    private const int DayOfRequests = 19_366;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TraceSlice SlotsBound = new(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(20));
    private static readonly Lazy<RequestTrace?> Recorded = new(ReadRecorded);

    [Fact]
    public void MadeUpDay_Even_ServesNearlyAllThatCanBe() => AssertFloor(MadeUpHour(), new(24), ProvidersFile.Seed(), 0.99);

    [Fact]
    public void MadeUpDay_Diurnal_ServesNearlyAllThatCanBe() => AssertFloor(MadeUpHour(), new(24, TraceCurve.Diurnal), ProvidersFile.Seed(), 0.99);

    [Fact]
    public void MadeUpBurst_BoundBySlots_ServesNearlyAllThatCanBe() =>
        AssertFloor(SyntheticTrace.Of(9_000, TimeSpan.FromMinutes(30)), new(Slice: SlotsBound), ProvidersFile.Seed(), 0.97);

    [Fact]
    public void Day_Even_ServesNearlyAllThatCanBe() => AssertFloor(new(24), 0.99);

    [Fact]
    public void Day_Diurnal_ServesNearlyAllThatCanBe() => AssertFloor(new(24, TraceCurve.Diurnal), 0.99);

    [Fact]
    public void ThirdOfADay_SmallRequests_ServesNearlyAllThatCanBe() => AssertFloor(new(8, TokensScale: 0.1), 0.99, madeUp: 0.96);

    [Fact]
    public void ThirdOfADay_SmallRequestsDiurnal_ServesNearlyAllThatCanBe() => AssertFloor(new(8, TraceCurve.Diurnal, TokensScale: 0.1), 0.99, madeUp: 0.96);

    [Fact]
    public void Slice_BoundBySlots_ServesNearlyAllThatCanBe()
    {
        if (Recorded.Value is { } recorded)
        {
            AssertFloor(recorded, new(Slice: SlotsBound), ProvidersFile.Seed(), 0.97);
        }
        else
        {
            AssertFloor(SyntheticTrace.Of(9_000, TimeSpan.FromMinutes(30), seed: 2), new(Slice: SlotsBound), ProvidersFile.Seed(), 0.97);
        }
    }

    // On the trace that is made up the policy reaches less of the bound when the minutes bind.
    private static void AssertFloor(TraceShape shape, double floor, double? madeUp = null)
    {
        if (Recorded.Value is { } recorded)
        {
            AssertFloor(recorded, shape, ProvidersFile.Seed(), floor);
        }
        else
        {
            AssertFloor(MadeUpHour(seed: 2), shape, ProvidersFile.Seed(), madeUp ?? floor);
        }
    }

    private static void AssertFloor(RequestTrace trace, TraceShape shape, Catalog catalog, double floor)
    {
        var scenario = ScenarioBuilder.Build(trace, shape, catalog, Patience);
        var cancellation = TestContext.Current.CancellationToken;
        var results = new ConcurrentDictionary<string, SimulationResult>();
        BoundResult? bound = null;
        Parallel.Invoke(
            [
                .. PolicyNames.All.Select(policy => (Action)(() => results[policy] = Simulator.Run(scenario, policy, seed: 1, null, cancellation))),
                () => bound = LinearBound.Compute(scenario, TimeProvider.System, cancellation),
            ]);

        var served = string.Join(", ", PolicyNames.All.Select(policy => $"{policy} {results[policy].Served}"));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{(double)results[PolicyNames.ThotNet].Served / bound!.Requests:P2} of {bound.Requests} of {scenario.Requests.Length}: {served}");
        Assert.All(results.Values, result => Assert.Equal(0, result.WorstOverspend));
        Assert.All(results.Values, result => Assert.InRange(result.Served, 1, bound!.Requests));
        Assert.True(results[PolicyNames.ThotNet].Served >= floor * bound!.Requests, $"below {floor:P0} of {bound.Requests}: {served}");
        Assert.True(results[PolicyNames.ThotNet].Served == results.Values.Max(result => result.Served), $"another policy serves more: {served}");
    }

    private static RequestTrace MadeUpHour(ulong seed = 1) => SyntheticTrace.Of(DayOfRequests, TimeSpan.FromHours(1), seed);

    private static RequestTrace? ReadRecorded()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ThotNet.sln")))
        {
            folder = folder.Parent;
        }

        var path = Path.Combine(folder?.Parent?.FullName ?? "", RecordedTrace);
        if (!File.Exists(path))
        {
            return null;
        }

        using var reader = File.OpenText(path);
        return TraceReader.Read(reader);
    }
}
