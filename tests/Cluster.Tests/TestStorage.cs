using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orleans.Storage;
using ThotNet.Grains.Quota;

namespace ThotNet.Cluster.Tests;

/// <summary>What goes wrong with the store.</summary>
public enum StorageFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Writes are not applied.</summary>
    Fails,

    /// <summary>One write is not applied, the next is.</summary>
    FailsOnce,

    /// <summary>Writes are applied, but the writer is told that they timed out.</summary>
    AppliesThenTimesOut,

    /// <summary>Neither writes nor reads get through.</summary>
    Unreachable,
}

/// <summary>
/// A store that outlives silos, like Redis: compare-and-set by etag, the state kept as the bytes that the configured serializer makes.
/// </summary>
public sealed class TestStorage
{
    private readonly ConcurrentDictionary<string, StoredRecord> _records = new();
    private int _writes;

    /// <summary>What goes wrong from now on.</summary>
    public StorageFault Fault { get; set; }

    /// <summary>While set, writes wait for it before they are applied.</summary>
    public TaskCompletionSource? Hold { get; set; }

    /// <summary>How many writes have been started.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <summary>All records, for a later <see cref="RollBack"/>.</summary>
    public ImmutableDictionary<string, StoredRecord> Image => _records.ToImmutableDictionary();

    /// <summary>Makes the store what it was before: a restart from an older file, or an empty one.</summary>
    public void RollBack(ImmutableDictionary<string, StoredRecord> image)
    {
        _records.Clear();
        foreach (var (key, record) in image)
        {
            _records[key] = record;
        }
    }

    /// <summary>Loses all records.</summary>
    public void Empty() => _records.Clear();

    /// <summary>Changes the etag of a quota's record, as a write of another activation would.</summary>
    public void Touch(string quota) => Put(quota, Read(quota));

    /// <summary>Replaces a quota's record.</summary>
    public void Put(string quota, string json) => _records[NameOf(quota)] = new(Guid.NewGuid().ToString(), BinaryData.FromString(json));

    /// <summary>The stored text of a quota.</summary>
    public string Read(string quota) => _records[NameOf(quota)].Data.ToString();

    /// <summary>The stored text of the router, or null.</summary>
    public string? FindRouter() => _records.FirstOrDefault(record => record.Key.StartsWith("router/", StringComparison.Ordinal)).Value?.Data.ToString();

    /// <summary>This store as one silo sees it.</summary>
    public IGrainStorage With(IGrainStorageSerializer serializer) => new View(this, serializer);

    private static string NameOf(string quota) => $"{QuotaGrain.StateName}/quota/{quota}";

    private sealed class View(TestStorage store, IGrainStorageSerializer serializer) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (store.Fault == StorageFault.Unreachable)
            {
                throw new IOException("The store is gone.");
            }

            if (store._records.TryGetValue($"{stateName}/{grainId}", out var record))
            {
                grainState.State = serializer.Deserialize<T>(record.Data)!;
                grainState.ETag = record.Etag;
                grainState.RecordExists = true;
            }
            else
            {
                grainState.State = Activator.CreateInstance<T>();
            }

            return Task.CompletedTask;
        }

        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            var key = $"{stateName}/{grainId}";
            var data = serializer.Serialize(grainState.State);
            Interlocked.Increment(ref store._writes);
            if (store.Hold is { } hold)
            {
                await hold.Task;
            }

            var fault = store.Fault;
            if (fault == StorageFault.FailsOnce)
            {
                store.Fault = StorageFault.None;
            }

            if (fault is StorageFault.Fails or StorageFault.FailsOnce or StorageFault.Unreachable)
            {
                throw new IOException("The store is gone.");
            }

            var etag = Guid.NewGuid().ToString();
            Apply(key, data, grainState.ETag, etag);
            if (fault == StorageFault.AppliesThenTimesOut)
            {
                throw new TimeoutException("The store did not answer in time.");
            }

            grainState.ETag = etag;
            grainState.RecordExists = true;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

        private void Apply(string key, BinaryData data, string? expected, string etag)
        {
            var record = new StoredRecord(etag, data);
            var done = expected is null
                ? store._records.TryAdd(key, record)
                : store._records.TryGetValue(key, out var old) && old.Etag == expected && store._records.TryUpdate(key, record, old);
            if (!done)
            {
                throw new InconsistentStateException("The record was changed by somebody else.", null, expected, null);
            }
        }
    }
}

/// <summary>A record as the store holds it.</summary>
public sealed record StoredRecord(string Etag, BinaryData Data);
