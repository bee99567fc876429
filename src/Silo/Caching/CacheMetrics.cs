using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ThotNet.Hosting.Telemetry;
using ThotNet.Providers;

namespace ThotNet.Silo.Caching;

/// <summary>What the cache counts: for meters, and since the start of the process for operators.</summary>
internal sealed class CacheMetrics
{
    private static readonly string[] FaultNames =
        [.. Enum.GetValues<CacheFault>().Select(fault => JsonNamingPolicy.SnakeCaseLower.ConvertName(fault.ToString()))];

    private readonly Counter<long> _requests = Counter("thotnet.cache.requests", "{request}", "Requests by what the cache did for them.");
    private readonly Counter<long> _lookups = Counter("thotnet.cache.lookups", "{lookup}", "Look-ups by result and the level that had the answer.");
    private readonly Counter<long> _faults = Counter("thotnet.cache.faults", "{fault}", "What could not be read from the cache or kept in it, by reason.");
    private readonly Counter<long> _storedBytes = Counter("thotnet.cache.stored.bytes", "By", "Bytes written to each level of the cache.");
    private readonly Counter<long> _readBytes = Counter("thotnet.cache.read.bytes", "By", "Bytes of the answers found in each level of the cache.");
    private readonly Counter<long> _savedRequests = Counter("thotnet.cache.saved.requests", "{request}", "Requests that providers were not sent.");
    private readonly Counter<long> _savedTokens = Counter("thotnet.cache.saved.tokens", "{token}", "Tokens that providers did not count.");

    /// <summary>Requests so far by what the cache did for them.</summary>
    public Totals Requests { get; } = new();

    /// <summary>Faults so far by reason.</summary>
    public Totals Faults { get; } = new();

    /// <summary>Requests saved so far by provider.</summary>
    public Totals SavedRequests { get; } = new();

    /// <summary>Tokens saved so far by provider.</summary>
    public Totals SavedTokens { get; } = new();

    /// <summary>Shows what the answers in memory take.</summary>
    public static void ShowMemory(Func<long> bytes) =>
        ThotNetTelemetry.Meter.CreateObservableGauge("thotnet.cache.memory.bytes", bytes, "By", "What the answers in memory take.");

    /// <summary>A request ended or was passed on: <c>hit</c>, <c>miss</c>, <c>coalesced</c> or <c>bypass</c>.</summary>
    public void Count(string result)
    {
        _requests.Add(1, Tag("result", result));
        Requests.Add(result, 1);
    }

    /// <summary>A provider was spared a request: <c>hit</c> or <c>coalesced</c>.</summary>
    public void Saved(string provider, string how, TokenUsage? usage)
    {
        _savedRequests.Add(1, Tag("provider", provider), Tag("how", how));
        SavedRequests.Add(provider, 1);
        if (usage is { TotalTokens: > 0 } spared)
        {
            _savedTokens.Add(spared.TotalTokens, Tag("provider", provider), Tag("how", how));
            SavedTokens.Add(provider, spared.TotalTokens);
        }
    }

    /// <summary>A look-up found an answer.</summary>
    public void CountHit(string level, int bytes)
    {
        _lookups.Add(1, Tag("result", "hit"), Tag("level", level));
        _readBytes.Add(bytes, Tag("level", level));
    }

    /// <summary>A look-up found none.</summary>
    public void CountMiss() => _lookups.Add(1, Tag("result", "miss"), Tag("level", "none"));

    /// <summary>Something could not be read or kept.</summary>
    public void CountFault(CacheFault fault)
    {
        _faults.Add(1, Tag("reason", FaultNames[(int)fault]));
        Faults.Add(FaultNames[(int)fault], 1);
    }

    /// <summary>An answer was written.</summary>
    public void CountStored(string level, int bytes) => _storedBytes.Add(bytes, Tag("level", level));

    private static Counter<long> Counter(string name, string unit, string description) =>
        ThotNetTelemetry.Meter.CreateCounter<long>(name, unit, description);

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    /// <summary>Counts since the start by a name of few. Any thread.</summary>
    internal sealed class Totals
    {
        private readonly ConcurrentDictionary<string, StrongBox<long>> _counts = new(StringComparer.Ordinal);

        /// <summary>Adds to one.</summary>
        public void Add(string name, long amount) => Interlocked.Add(ref _counts.GetOrAdd(name, _ => new()).Value, amount);

        /// <summary>One of them.</summary>
        public long Of(string name) => _counts.TryGetValue(name, out var count) ? Interlocked.Read(ref count.Value) : 0;

        /// <summary>The names that were counted, in order.</summary>
        public IEnumerable<string> Names => _counts.Keys.Order(StringComparer.Ordinal);
    }
}
