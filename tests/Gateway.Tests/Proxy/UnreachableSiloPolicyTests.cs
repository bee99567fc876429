using Microsoft.AspNetCore.Http;
using ThotNet.Gateway.Proxy;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace ThotNet.Gateway.Tests.Proxy;

public sealed class UnreachableSiloPolicyTests
{
    [Theory]
    [InlineData(ForwarderError.Request, true)]
    [InlineData(ForwarderError.RequestBodyDestination, true)]
    [InlineData(ForwarderError.RequestTimedOut, true)]
    [InlineData(ForwarderError.ResponseBodyDestination, false)]
    [InlineData(ForwarderError.ResponseBodyCanceled, false)]
    [InlineData(ForwarderError.RequestCanceled, false)]
    public void RequestProxied_ByError_TakesOutOnlyASiloThatCouldNotBeReached(ForwarderError error, bool takenOut)
    {
        var updater = new Updater();
        var context = new DefaultHttpContext();
        context.Features.Set<IForwarderErrorFeature>(new Failure(error));

        new UnreachableSiloPolicy(updater).RequestProxied(context, new ClusterState("silos"), new DestinationState("silo"));

        Assert.Equal(takenOut ? [(DestinationHealth.Unhealthy, UnreachableSiloPolicy.OutFor)] : [], updater.Calls);
    }

    [Fact]
    public void RequestProxied_WithoutError_ChangesNothing()
    {
        var updater = new Updater();

        new UnreachableSiloPolicy(updater).RequestProxied(new DefaultHttpContext(), new ClusterState("silos"), new DestinationState("silo"));

        Assert.Empty(updater.Calls);
    }

    private sealed record Failure(ForwarderError Error) : IForwarderErrorFeature
    {
        public Exception? Exception => null;
    }

    private sealed class Updater : IDestinationHealthUpdater
    {
        public List<(DestinationHealth Health, TimeSpan For)> Calls { get; } = [];

        public void SetPassive(ClusterState cluster, DestinationState destination, DestinationHealth newHealth, TimeSpan reactivationPeriod) =>
            Calls.Add((newHealth, reactivationPeriod));

        public void SetActive(ClusterState cluster, IEnumerable<NewActiveDestinationHealth> newHealthStates) => throw new NotSupportedException();
    }
}
