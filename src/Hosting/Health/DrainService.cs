using Microsoft.Extensions.Hosting;

namespace ThotNet.Hosting.Health;

/// <summary>Turns the process to draining as the very first step of its stop, before any server or service ends.</summary>
internal sealed class DrainService(IHostApplicationLifetime lifetime, Readiness readiness) : IHostedService, IDisposable
{
    private CancellationTokenRegistration _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _registration = lifetime.ApplicationStopping.Register(readiness.Drain);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration.Dispose();
}
