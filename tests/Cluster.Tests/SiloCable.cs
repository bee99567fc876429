namespace ThotNet.Cluster.Tests;

/// <summary>What joins the lease book of a silo to the authorities.</summary>
public sealed class SiloCable : IOutgoingGrainCallFilter
{
    private volatile bool _isCut;

    public bool IsCut
    {
        get => _isCut;
        set => _isCut = value;
    }

    public Task Invoke(IOutgoingGrainCallContext context) =>
        IsCut && context.MethodName == "Renew" ? throw new TimeoutException("The cable is cut.") : context.Invoke();
}
