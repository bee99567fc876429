using System.Reflection;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Tests.Pipeline;

/// <summary>A grain factory that knows quotas by their keys. Public and open, because the runtime derives the proxy from it.</summary>
public class AuthorityByKey : DispatchProxy
{
    private Func<string, IQuotaGrain>? _find;

    internal static IGrainFactory Factory(Func<string, IQuotaGrain> find)
    {
        var factory = Create<IGrainFactory, AuthorityByKey>();
        ((AuthorityByKey)(object)factory)._find = find;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IGrainFactory.GetGrain) ? _find!((string)args![0]!) : throw new NotSupportedException(targetMethod.Name);
}
