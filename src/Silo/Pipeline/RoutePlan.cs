using System.Collections.Immutable;
using ThotNet.Providers;
using ThotNet.Routing;

namespace ThotNet.Silo.Pipeline;

/// <summary>
/// Which targets one request may still try, and when. Pure: it is given the time. Used by one request at a time.
/// </summary>
/// <remarks>The rules are those of the failure table in docs/architecture.md: same target again, next target, or back to the caller.</remarks>
/// <param name="tiers">The candidates: all of one tier are tried before those of the next.</param>
/// <param name="fallback">Whether another target may be tried after the first.</param>
/// <param name="random">Source of jitter; shared by all requests, so it must be safe for concurrent use.</param>
public sealed class RoutePlan(ImmutableArray<ImmutableArray<TargetDefinition>> tiers, bool fallback, Random random)
{
    /// <summary>Attempts on one target in all.</summary>
    public const int MaxAttemptsPerTarget = 3;

    /// <summary>Attempts of one request in all.</summary>
    public const int MaxAttempts = 8;

    /// <summary>The first pause before the same target is tried again; it doubles with each attempt, with jitter of up to a quarter.</summary>
    public static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(0.5);

    private readonly Dictionary<string, (int Attempts, DateTimeOffset NotBefore, bool Excluded, bool Throttled)> _tried = new(StringComparer.Ordinal);
    private string? _pinned;

    /// <summary>Id of the request, for those who look into why it went where it went.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>The candidates, tier by tier.</summary>
    public ImmutableArray<ImmutableArray<TargetDefinition>> Tiers => tiers;

    /// <summary>Whether more than one target may be tried.</summary>
    public bool HasChoice => fallback && tiers.Sum(tier => tier.Length) > 1;

    /// <summary>Attempts made so far.</summary>
    public int Attempts { get; private set; }

    /// <summary>The newest failure, or null.</summary>
    public ProviderFailure? LastFailure { get; private set; }

    /// <summary>Whether the target may still be tried, now or later.</summary>
    public bool MayTry(TargetDefinition target) =>
        (_pinned is null || _pinned == target.Id) && !(_tried.TryGetValue(target.Id, out var state) && state.Excluded);

    /// <summary>Whether the target rests because its provider takes nothing for now, and not because it failed.</summary>
    public bool IsThrottled(TargetDefinition target) => _tried.TryGetValue(target.Id, out var state) && state.Throttled;

    /// <summary>How long the target must rest before its next attempt; zero when it may be tried now.</summary>
    public TimeSpan RestOf(TargetDefinition target, DateTimeOffset now) =>
        _tried.TryGetValue(target.Id, out var state) && state.NotBefore > now ? state.NotBefore - now : TimeSpan.Zero;

    /// <summary>Notes that an attempt on the target begins.</summary>
    public void Begin(TargetDefinition target)
    {
        Attempts++;
        var state = _tried.GetValueOrDefault(target.Id);
        _tried[target.Id] = state with { Attempts = state.Attempts + 1 };
        if (!fallback)
        {
            _pinned = target.Id;
        }
    }

    /// <summary>Notes how an attempt failed.</summary>
    /// <returns>True when the request may go on, with this target later or with another now.</returns>
    public bool Fail(TargetDefinition target, ProviderFailure failure, DateTimeOffset now)
    {
        LastFailure = failure;
        var state = _tried[target.Id] with { Throttled = failure.Class is FailureClass.Throttled };
        _tried[target.Id] = MayTryAgain(failure.Class) && state.Attempts < MaxAttemptsPerTarget
            ? state with { NotBefore = now + Rest(state.Attempts, failure) }
            : state with { Excluded = true };
        return !failure.IsCallers && Attempts < MaxAttempts;
    }

    private static bool MayTryAgain(FailureClass failure) =>
        failure is FailureClass.Transient or FailureClass.Throttled or FailureClass.ThrottledUpstream;

    private TimeSpan Rest(int attempts, ProviderFailure failure)
    {
        var backoff = FirstBackoff * Math.Pow(2, attempts - 1) * (1 - (0.25 * random.NextDouble()));
        return failure.RetryAfter is { } asked && asked > backoff ? asked : backoff;
    }
}
