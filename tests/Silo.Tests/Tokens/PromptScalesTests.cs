using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using ThotNet.Hosting.Telemetry;
using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Routing.Tokens;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Tests.Tokens;

/// <summary>Each target has a scale of its own, and shows it.</summary>
public sealed class PromptScalesTests
{
    private static readonly TargetDefinition One = Target("one-of-scales");
    private static readonly TargetDefinition Other = Target("other-of-scales");
    private static readonly PromptSize Size = new(1000, 16, 0, true);

    [Fact]
    public void Learn_OneTarget_LeavesTheOtherAlone()
    {
        var scales = new PromptScales(new Catalog([One, Other], []));

        scales.Learn(One, Size, new TokenUsage(2016, 1, 2017));

        Assert.Equal(PromptScale.Initial.Learn(Size, 2016), scales.Of(One));
        Assert.Equal(PromptScale.Initial, scales.Of(Other));
    }

    [Fact]
    public void Learn_Counted_RecordsTheErrorOfTheBoundThatWas()
    {
        var scales = new PromptScales(new Catalog([One, Other], []));
        List<double> errors = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == ThotNetTelemetry.Meter && instrument.Name == "thotnet.tokens.prompt_error")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            if (tags[0].Value is "acme/other-of-scales")
                errors.Add(value);
        });
        listener.Start();

        scales.Learn(Other, Size, new TokenUsage(608, 1, 609));
        scales.Learn(Other, Size with { IsCounted = false }, new TokenUsage(608, 1, 609));
        scales.Learn(Other, Size, new TokenUsage(0, 1, 1));

        Assert.Equal([0.5], errors);
    }

    private static TargetDefinition Target(string model) => new("acme", model, ImmutableArray<string>.Empty, 1, "q", Capabilities.None, 100);
}
