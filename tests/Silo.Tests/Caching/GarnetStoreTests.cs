namespace ThotNet.Silo.Tests.Caching;

/// <summary>The contract with the Garnet of the standalone mode.</summary>
public sealed class GarnetStoreTests(EmbeddedGarnet garnet) : StoreContract, IClassFixture<EmbeddedGarnet>
{
    protected override Task<int> StartAsync() => Task.FromResult(garnet.Port);
}
