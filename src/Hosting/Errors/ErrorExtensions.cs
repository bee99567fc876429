using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ThotNet.Hosting.Configuration;

namespace ThotNet.Hosting.Errors;

/// <summary>Switches on the error shape and the limits of a process.</summary>
public static class ErrorExtensions
{
    // How far Kestrel's own limits lie above ours: below them the answer is ours, in the error shape, above them Kestrel's bare status.
    // Not higher in number: Kestrel joins headers of one name in quadratic time, about 0.1 s for 10,000 of them.
    private const int KestrelHeaderBytes = 1024 * 1024;
    private const int KestrelHeaderCount = 10_200;
    private const int KestrelUrlBytes = 64 * 1024;
    private const long KestrelExtraBodyBytes = 256L * 1024 * 1024;

    /// <summary>
    /// Every failure below this point answers with the error object; too large headers (431), too long URLs (414) and too many requests at
    /// once (503) are refused. Put it right after <c>UseRequestId</c>. Needs <see cref="ThotNetConfigurationExtensions.AddThotNetOptions"/>.
    /// </summary>
    /// <param name="app">The application.</param>
    public static IApplicationBuilder UseThotNetErrors(this IApplicationBuilder app) =>
        app.UseMiddleware<ErrorMiddleware>().UseMiddleware<LimitMiddleware>();

    /// <summary>
    /// Raises Kestrel's limits above ours, so that refusals have the error shape and the rest of a refused body can be drained, and removes the
    /// server header. Bodies that trickle (under 240 bytes/s after 30 s) are still cut by Kestrel.
    /// </summary>
    /// <param name="builder">The application being built.</param>
    /// <param name="access">Our limits.</param>
    public static WebApplicationBuilder ConfigureThotNetKestrel(this WebApplicationBuilder builder, AccessOptions access)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(access);
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestHeaderCount = KestrelHeaderCount;
            kestrel.Limits.MaxRequestHeadersTotalSize = KestrelHeaderBytes;
            kestrel.Limits.MaxRequestLineSize = KestrelUrlBytes;
            kestrel.Limits.MaxRequestBodySize = access.MaxBodyBytes + KestrelExtraBodyBytes;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(30));
        });
        return builder;
    }
}
