using ThotNet.Hosting.Configuration;

namespace ThotNet.Silo.Caching;

/// <summary>What may be cached of one caller's requests for one model, and how it is given again.</summary>
/// <param name="Enabled">Whether anything is.</param>
/// <param name="Scope">For whom a cached answer is.</param>
/// <param name="TimeToLive">How long an answer may be given again.</param>
/// <param name="MaxTemperature">The highest temperature at which answers are cached without being asked for.</param>
/// <param name="Tools">Whether answers to requests that offer tools are cached without being asked for.</param>
/// <param name="ReplayPause">Pause between two chunks of a cached answer that is given as a stream.</param>
internal readonly record struct CachePolicy(
    bool Enabled, CacheScope Scope, TimeSpan TimeToLive, double MaxTemperature, bool Tools, TimeSpan ReplayPause)
{
    /// <summary>The policy where nothing else is said.</summary>
    public static CachePolicy Of(CacheOptions options) =>
        new(options.Enabled, options.Scope, options.TimeToLive, options.MaxTemperature, options.Tools, options.ReplayPause);

    /// <summary>The same policy with what some options set.</summary>
    public CachePolicy With(CachePolicyOptions own) => new(
        own.Enabled ?? Enabled, own.Scope ?? Scope, own.TimeToLive ?? TimeToLive, own.MaxTemperature ?? MaxTemperature, own.Tools ?? Tools,
        own.ReplayPause ?? ReplayPause);
}
