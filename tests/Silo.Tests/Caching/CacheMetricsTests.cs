using System.Diagnostics.Metrics;
using ThotNet.Hosting.Telemetry;
using ThotNet.Providers;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

/// <summary>What meters are told; other tests use the same meter at the same time, so these look for values that only they have.</summary>
public sealed class CacheMetricsTests : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly System.Collections.Concurrent.ConcurrentBag<string> _seen = [];

    public CacheMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == ThotNetTelemetry.Meter && instrument.Name.StartsWith("thotnet.cache.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            _seen.Add($"{instrument.Name} {value} {string.Join(",", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void Saved_IsCountedByProvider()
    {
        new CacheMetrics().Saved("metrics-test", "hit", new TokenUsage(100, 23, 123));

        Assert.Contains("thotnet.cache.saved.requests 1 provider=metrics-test,how=hit", _seen);
        Assert.Contains("thotnet.cache.saved.tokens 123 provider=metrics-test,how=hit", _seen);
    }

    [Fact]
    public void Bytes_AreCountedByLevel()
    {
        var metrics = new CacheMetrics();
        metrics.CountHit("redis", 987_654_321);
        metrics.CountStored("memory", 987_654_322);

        Assert.Contains("thotnet.cache.read.bytes 987654321 level=redis", _seen);
        Assert.Contains("thotnet.cache.stored.bytes 987654322 level=memory", _seen);
        Assert.Contains("thotnet.cache.lookups 1 result=hit,level=redis", _seen);
    }

    [Fact]
    public void Results_AndFaults_HaveTheirNames()
    {
        var metrics = new CacheMetrics();
        metrics.Count("bypass");
        metrics.CountMiss();
        foreach (var fault in Enum.GetValues<CacheFault>())
        {
            metrics.CountFault(fault);
        }

        Assert.Contains("thotnet.cache.requests 1 result=bypass", _seen);
        Assert.Contains("thotnet.cache.lookups 1 result=miss,level=none", _seen);
        Assert.Equal(["corrupt", "down", "foreign", "forged", "full", "other", "timeout", "too_large", "version", "wrong_type"], metrics.Faults.Names);
        Assert.Contains("thotnet.cache.faults 1 reason=too_large", _seen);
    }

    [Fact]
    public void Memory_IsShown()
    {
        CacheMetrics.ShowMemory(() => 123_454_321);
        _listener.RecordObservableInstruments();

        Assert.Contains("thotnet.cache.memory.bytes 123454321 ", _seen);
    }
}
