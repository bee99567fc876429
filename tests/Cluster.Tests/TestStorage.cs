using System.Collections.Concurrent;
using Orleans.Storage;

namespace ThotNet.Cluster.Tests;

/// <summary>What goes wrong with a write.</summary>
public enum StorageFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is not applied.</summary>
    Fails,

    /// <summary>It is applied, but the writer is told that it timed out.</summary>
    AppliesThenTimesOut,
}

/// <summary>
/// A store that outlives silos, like Redis: compare-and-set by etag, the state kept as the bytes that the configured serializer makes.
/// </summary>
public sealed class TestStorage
{
    private readonly ConcurrentDictionary<string, (string Etag, BinaryData Data)> _records = new();
    private int _writes;

    /// <summary>What goes wrong with writes from now on.</summary>
    public StorageFault Fault { get; set; }

    /// <summary>While set, writes wait for it.</summary>
    public TaskCompletionSource? Hold { get; set; }

    /// <summary>How many writes have been started.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <summary>Changes the etag of the only record whose key contains a text, as a write of another activation would.</summary>
    public void Touch(string key)
    {
        var name = _records.Keys.Single(name => name.Contains(key, StringComparison.Ordinal));
        _records[name] = _records[name] with { Etag = Guid.NewGuid().ToString() };
    }

    /// <summary>The stored text of the only record whose key contains a text.</summary>
    public string Read(string key) => _records.Single(pair => pair.Key.Contains(key, StringComparison.Ordinal)).Value.Data.ToString();

    /// <summary>This store as one silo sees it.</summary>
    public IGrainStorage With(IGrainStorageSerializer serializer) => new View(this, serializer);

    private sealed class View(TestStorage store, IGrainStorageSerializer serializer) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
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

            if (store.Fault == StorageFault.Fails)
            {
                throw new IOException("The store is gone.");
            }

            var etag = Guid.NewGuid().ToString();
            Apply(key, data, grainState.ETag, etag);
            if (store.Fault == StorageFault.AppliesThenTimesOut)
            {
                throw new TimeoutException("The store did not answer in time.");
            }

            grainState.ETag = etag;
            grainState.RecordExists = true;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

        private void Apply(string key, BinaryData data, string? expected, string etag)
        {
            var done = expected is null
                ? store._records.TryAdd(key, (etag, data))
                : store._records.TryGetValue(key, out var old) && old.Etag == expected && store._records.TryUpdate(key, (etag, data), old);
            if (!done)
            {
                throw new InconsistentStateException("The record was changed by somebody else.", null, expected, null);
            }
        }
    }
}
