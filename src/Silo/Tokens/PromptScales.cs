using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using ThotNet.Hosting.Telemetry;
using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Routing.Tokens;

namespace ThotNet.Silo.Tokens;

/// <summary>What this silo has learned of how each target counts prompts. A silo that starts anew learns anew.</summary>
public sealed class PromptScales
{
    private readonly FrozenDictionary<string, Entry> _entries;
    private readonly Histogram<double> _errors;

    /// <summary>Starts with nothing learned.</summary>
    public PromptScales(Catalog catalog)
    {
        _entries = catalog.Targets.ToFrozenDictionary(target => target.Id, _ => new Entry(), StringComparer.Ordinal);
        var meter = ThotNetTelemetry.Meter;
        _errors = meter.CreateHistogram(
            "thotnet.tokens.prompt_error",
            "1",
            "Prompt tokens that the provider counted, divided by the bound that was reserved.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.25, 1.5, 2, 4] });
        meter.CreateObservableGauge("thotnet.tokens.prompt_factor", () => Show(scale => scale.Factor), "1", "Each target's prompt tokens for one of ours.");
        meter.CreateObservableGauge(
            "thotnet.tokens.prompt_overhead", () => Show(scale => scale.Overhead), "{token}", "Tokens that each target adds to every prompt.");
    }

    /// <summary>What part of their reservations requests use.</summary>
    internal UsedParts Used { get; } = new();

    /// <summary>The scale of a target now.</summary>
    public PromptScale Of(TargetDefinition target)
    {
        var entry = _entries[target.Id];
        lock (entry.Gate)
        {
            return entry.Scale;
        }
    }

    /// <summary>Takes in what a target counted.</summary>
    public void Learn(TargetDefinition target, PromptSize size, TokenUsage usage)
    {
        if (!size.IsCounted || usage.PromptTokens <= 0)
        {
            return;
        }

        var entry = _entries[target.Id];
        long bound;
        lock (entry.Gate)
        {
            bound = entry.Scale.BoundOf(size);
            entry.Scale = entry.Scale.Learn(size, usage.PromptTokens);
        }

        _errors.Record(usage.PromptTokens / (double)Math.Max(1, bound), new KeyValuePair<string, object?>("target", target.Id));
    }

    private IEnumerable<Measurement<double>> Show(Func<PromptScale, double> value)
    {
        foreach (var (target, entry) in _entries)
        {
            PromptScale scale;
            lock (entry.Gate)
            {
                scale = entry.Scale;
            }

            yield return new Measurement<double>(value(scale), new KeyValuePair<string, object?>("target", target));
        }
    }

    private sealed class Entry
    {
        // Guards the scale.
        public Lock Gate { get; } = new();

        public PromptScale Scale { get; set; } = PromptScale.Initial;
    }
}
