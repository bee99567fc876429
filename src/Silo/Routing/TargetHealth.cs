using System.Collections.Frozen;
using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Routing.Health;

namespace ThotNet.Silo.Routing;

/// <summary>This silo's view of each target: its circuit, its latency, and what it served and failed since this silo started.</summary>
public sealed partial class TargetHealth
{
    private readonly FrozenDictionary<string, Entry> _entries;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly bool _circuit;
    private readonly SortedDictionary<string, ProviderOptions> _providers;
    private readonly ILogger<TargetHealth> _log;

    /// <summary>Starts with every target healthy.</summary>
    public TargetHealth(Catalog catalog, ThotNetOptions options, TimeProvider time, ILogger<TargetHealth> log)
    {
        _log = log;
        _time = time;
        _origin = time.GetTimestamp();
        _circuit = options.Routing.Circuit;
        _providers = options.Providers;
        _entries = catalog.Targets.ToFrozenDictionary(target => target.Id, target => new Entry(target.Provider), StringComparer.Ordinal);
    }

    /// <summary>Whether the target may be sent a request now. A target whose circuit is half open admits one probe, which this call takes.</summary>
    /// <param name="target">The target.</param>
    /// <param name="closedFor">How long its circuit stays open; zero when it is closed.</param>
    public bool TryEnter(TargetDefinition target, out TimeSpan closedFor)
    {
        var entry = _entries[target.Id];
        lock (entry.Gate)
        {
            var now = Now;
            closedFor = ClosedFor(entry.Circuit, now);
            return entry.Circuit.Disabled is null && (!_circuit || entry.Circuit.TryEnter(now));
        }
    }

    /// <summary>How long the target's circuit stays open; zero when it is closed or may be probed. Takes no probe.</summary>
    public TimeSpan ClosedFor(TargetDefinition target)
    {
        var entry = _entries[target.Id];
        lock (entry.Gate)
        {
            return ClosedFor(entry.Circuit, Now);
        }
    }

    /// <summary>Gives back a probe that was taken by <see cref="TryEnter"/> but never sent.</summary>
    public void Leave(TargetDefinition target)
    {
        var entry = _entries[target.Id];
        lock (entry.Gate)
        {
            entry.Circuit.Release();
        }
    }

    /// <summary>Whether the target is off until this process restarts: its model is gone, or its provider's key was refused.</summary>
    public bool IsDisabled(TargetDefinition target)
    {
        var entry = _entries[target.Id];
        lock (entry.Gate)
        {
            return entry.Circuit.Disabled is not null;
        }
    }

    /// <summary>Whether the target is off because its provider serves the model no longer.</summary>
    public bool IsGone(TargetDefinition target)
    {
        var entry = _entries[target.Id];
        lock (entry.Gate)
        {
            return entry.Gone;
        }
    }

    /// <summary>The target answered completely.</summary>
    /// <returns>Whether it was held back until then.</returns>
    public bool Succeeded(TargetDefinition target)
    {
        var entry = _entries[target.Id];
        lock (entry.Gate)
        {
            var wasOpen = entry.Circuit.IsOpen;
            entry.Served++;
            entry.Circuit.Succeed(Now);
            return wasOpen;
        }
    }

    /// <summary>The target's answer to an attempt has begun.</summary>
    /// <param name="target">The target.</param>
    /// <param name="latency">After how long.</param>
    public void Measured(TargetDefinition target, TimeSpan latency)
    {
        var entry = _entries[target.Id];
        lock (entry.Gate)
        {
            entry.Latency.Add(latency, Now);
        }
    }

    /// <summary>An attempt failed. The caller's own mistakes and quota refusals say nothing about the target's health.</summary>
    public void Failed(TargetDefinition target, ProviderFailure failure)
    {
        Count(_entries[target.Id], failure.Class);
        switch (failure.Class)
        {
            case FailureClass.KeyRefused:
                DisableProvider(target.Provider);
                break;
            case FailureClass.ModelGone when Disable(_entries[target.Id], $"{target.Provider} no longer serves {target.Model}: configure another model and restart the silos.", gone: true):
                LogModelGone(target.Id, target.Provider);
                break;
        }
    }

    /// <summary>What this silo knows of its targets, for the router.</summary>
    public ImmutableArray<TargetReport> Report()
    {
        var now = Now;
        return [.. _entries.Select(pair => ReportOf(pair.Key, pair.Value, now))];
    }

    private void Count(Entry entry, FailureClass failure)
    {
        lock (entry.Gate)
        {
            switch (failure)
            {
                case FailureClass.KeyRefused or FailureClass.ModelGone:
                    entry.Failed++;
                    break;
                case FailureClass.Transient or FailureClass.TimedOut or FailureClass.BrokenStream or FailureClass.ThrottledUpstream:
                    entry.Failed++;
                    entry.Circuit.Fail(Now);
                    break;
                default:
                    entry.Circuit.Release();
                    break;
            }
        }
    }

    // One key is used for all models of a provider: asking with it for the others would only be refused as well.
    private void DisableProvider(string provider)
    {
        var any = false;
        foreach (var entry in _entries.Values.Where(entry => entry.Provider == provider))
        {
            any |= Disable(entry, $"The key of {provider} was refused: put a valid one into {VariableOf(provider)} and restart the silos.", gone: false);
        }

        if (any)
        {
            LogKeyRefused(provider, VariableOf(provider));
        }
    }

    private string VariableOf(string provider) =>
        _providers.TryGetValue(provider, out var options) && options.ApiKeyVariable.Length > 0 ? options.ApiKeyVariable : "its variable";

    // True for the first reason; later ones are answers to requests that were already on their way.
    private static bool Disable(Entry entry, string reason, bool gone)
    {
        lock (entry.Gate)
        {
            if (entry.Circuit.Disabled is not null)
            {
                return false;
            }

            entry.Circuit.Disable(reason);
            entry.Gone = gone;
            return true;
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    // A disabled target has no time at which it comes back.
    private TimeSpan ClosedFor(Circuit circuit, TimeSpan now) => _circuit && circuit.Disabled is null ? circuit.ClosedFor(now) : TimeSpan.Zero;

    private TargetReport ReportOf(string id, Entry entry, TimeSpan now)
    {
        lock (entry.Gate)
        {
            return new(id, entry.Served, entry.Failed, ClosedFor(entry.Circuit, now), entry.Circuit.Disabled) { Latency = entry.Latency.At(now) };
        }
    }

    [LoggerMessage(2201, LogLevel.Error, "Target {Target} is off until this process restarts: {Provider} no longer serves it; configure another model")]
    private partial void LogModelGone(string target, string provider);

    [LoggerMessage(2202, LogLevel.Error, "Provider {Provider} is off until this process restarts: its key was refused; put a valid one into {Variable} and restart")]
    private partial void LogKeyRefused(string provider, string variable);

    private sealed class Entry(string provider)
    {
        // Owned by whoever holds this lock; it guards all other fields.
        public Lock Gate { get; } = new();

        public string Provider => provider;

        public Circuit Circuit { get; } = new();

        public LatencyAverage Latency { get; } = new();

        public bool Gone { get; set; }

        public long Served { get; set; }

        public long Failed { get; set; }
    }
}
