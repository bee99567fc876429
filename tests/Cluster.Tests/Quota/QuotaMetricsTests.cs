using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;

namespace ThotNet.Cluster.Tests.Quota;

public sealed class QuotaMetricsTests
{
    // Other tests use the same meter at the same time, but not this quota.
    private const string Key = "measured";

    [Fact]
    public async Task Renew_GrantRefusalConflict_AreCountedWithTheQuotasName()
    {
        var seen = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name.StartsWith("thotnet.quota.", StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
        await using var cluster = await ThotCluster.StartAsync(new QuotaDefinition(
            Key, [new(BudgetMetric.Requests, 3, TimeSpan.FromMinutes(1), BudgetKind.Rolling)]));
        listener.Start();
        var quota = cluster.Quota(Key);
        await quota.Renew(new("test", 1, new(3, 0), new(3, 0), []));
        await quota.Renew(new("test", 2, new(1, 0), new(1, 0), []));
        cluster.Storage.Touch(Key);
        await quota.Renew(new("test", 2, new(1, 0), new(1, 0), []));
        Assert.Equal(
            [
                "thotnet.quota.write.duration stored",
                "thotnet.quota.grants",
                "thotnet.quota.refusals exhausted",
                "thotnet.quota.conflicts",
                "thotnet.quota.write.duration failed",
                "thotnet.quota.refusals storage_failed",
            ],
            seen);

        void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var text = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value as string);
            if (text.Remove("quota", out var name) && name == Key)
            {
                seen.Enqueue(string.Join(' ', text.Values.Prepend(instrument.Name)));
            }
        }
    }
}
