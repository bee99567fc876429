using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ThotNet.Silo.Quota;

/// <summary>Registers the silo's side of quotas.</summary>
public static class QuotaExtensions
{
    /// <summary>Adds the <see cref="LeaseBook"/> and its reporter. Call it after <c>UseOrleans</c>, so that leases are returned before the silo stops.</summary>
    public static IServiceCollection AddQuota(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<LeaseBook>();
        services.AddHostedService<LeaseReporter>();
        return services;
    }
}
