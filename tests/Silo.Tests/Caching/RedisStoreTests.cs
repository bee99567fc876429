using ThotNet.Gateway.Tests.Clustering;

namespace ThotNet.Silo.Tests.Caching;

/// <summary>The contract with redis-server.</summary>
public sealed class RedisStoreTests(RedisStoreTests.Server server) : StoreContract, IClassFixture<RedisStoreTests.Server>
{
    protected override Task<int> StartAsync() => server.StartAsync();

    /// <summary>One server for all tests of the class. It is started by the first of them, which is skipped without it.</summary>
    public sealed class Server : IAsyncDisposable
    {
        private RedisServer? _redis;

        public async Task<int> StartAsync() => (_redis ??= await RedisServer.StartAsync()).Port;

        public ValueTask DisposeAsync() => _redis?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
