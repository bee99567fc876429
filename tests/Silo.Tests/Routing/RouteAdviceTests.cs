using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Hosting.Telemetry;
using ThotNet.Routing;
using ThotNet.Silo.Routing;

namespace ThotNet.Silo.Tests.Routing;

/// <summary>What a table advises, and what is shown of it.</summary>
public sealed class RouteAdviceTests
{
    private static readonly TargetDefinition Target = new("advised", "m", [], 1, "q", Capabilities.None, 100);

    private readonly RouteAdvice _advice = new(new FakeTimeProvider());

    [Fact]
    public void PriceOf_NoTable_IsNothing() => Assert.Equal((0, double.PositiveInfinity), (_advice.View.PriceOf(Target, new(1, 1000)), _advice.View.WaitAbove));

    [Fact]
    public void PriceOf_TargetThatTheTableDoesNotKnow_IsNothing()
    {
        Update(Route("other/m"));
        Assert.Equal((0, double.PositiveInfinity), (_advice.View.PriceOf(Target, new(1, 1000)), _advice.View.WaitAbove));
    }

    [Theory]
    [InlineData(false, 1.5)]
    [InlineData(true, 2.5)]
    public void PriceOf_Target_IsThatOfItsAmountsAndOneMoreWhileItIsDegraded(bool degraded, double price)
    {
        Update(Route(Target.Id) with { Prices = new(0.5, 0.001, 0, 0, 0), Degraded = degraded });
        Assert.Equal(price, _advice.View.PriceOf(Target, new(1, 1000)), 1e-9);
    }

    [Fact]
    public void Metrics_Table_ShowSharesPricesAndLatencyOfEachTarget()
    {
        _ = new RouteMetrics(_advice);
        Update(Route(Target.Id) with
        {
            EffectiveShare = 0.3,
            Prices = new(1, 2, 3, 4, 5),
            Latency = TimeSpan.FromSeconds(0.25),
            Degraded = true,
            ClosedFor = TimeSpan.FromSeconds(1),
        });
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == ThotNetTelemetry.Meter && (instrument.Name.StartsWith("thotnet.share", StringComparison.Ordinal)
                || instrument.Name.StartsWith("thotnet.target", StringComparison.Ordinal) || instrument.Name == "thotnet.price"))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            if (tags[0].Value is "advised/m")
            {
                seen[tags.Length > 1 ? $"{instrument.Name} {tags[1].Value}" : instrument.Name] = value;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(
            new()
            {
                ["thotnet.share.target"] = 0.7,
                ["thotnet.share.achieved"] = 0.6,
                ["thotnet.share.effective"] = 0.3,
                ["thotnet.price request"] = 1,
                ["thotnet.price token"] = 2,
                ["thotnet.price input_token"] = 3,
                ["thotnet.price output_token"] = 4,
                ["thotnet.price cost"] = 5,
                ["thotnet.target.latency"] = 0.25,
                ["thotnet.target.degraded"] = 1,
                ["thotnet.target.closed"] = 1,
            },
            seen);
    }

    private void Update(TargetRoute route) => _advice.Update(new(1, DateTimeOffset.UnixEpoch, [route]));

    private static TargetRoute Route(string target) => new(target, 0.7, 0.6, 6, 0, TimeSpan.Zero, null, null);
}
