using System.Reflection;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Tests.Quota;

/// <summary>A grain factory that knows one grain. Public and open, because the runtime derives the proxy from it.</summary>
public class OneGrainFactory : DispatchProxy
{
    internal IQuotaGrain? Grain { get; set; }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IGrainFactory.GetGrain) ? Grain : throw new NotSupportedException(targetMethod.Name);
}
