using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>
/// What this silo can tell an authority that has lost its state, and whether it must. The lock of its <see cref="SiloQuota"/> owns it.
/// </summary>
/// <param name="find">The quota's limits as they are now, or null.</param>
internal sealed class LearningAid(Func<QuotaDefinition?> find)
{
    /// <summary>An authority that is said to learn still, or again, is told once more after this time: 10 s.</summary>
    public static readonly TimeSpan TellAgain = TimeSpan.FromSeconds(10);

    private static readonly QuotaDefinition Nothing = new("", []);

    private QuotaDefinition? _definition;
    private UsageHistory? _history;
    private TimeSpan? _toldAt;
    private bool _isLearning = true;

    /// <summary>The history is reason enough for a question.</summary>
    public bool IsDue { get; private set; }

    /// <summary>The authority is said to learn.</summary>
    public void Teach(TimeSpan now)
    {
        if (History() is not null && !(now - _toldAt < TellAgain))
        {
            (_isLearning, IsDue) = (true, true);
        }
    }

    /// <summary>Leases that the authority knows to be settled.</summary>
    /// <param name="settled">The leases.</param>
    /// <param name="now">The present by the quota's clock.</param>
    /// <param name="date">The same moment by the calendar.</param>
    public void Add(List<LocalLease> settled, TimeSpan now, DateTimeOffset date)
    {
        foreach (var lease in settled)
        {
            History()?.Add(lease.Used, date - (now - lease.LastReceived), date);
        }
    }

    /// <summary>What the next question must tell; null when nobody learns. As long as nothing was ever answered somebody may.</summary>
    public ImmutableArray<SpentPart>? Tell(DateTimeOffset now)
    {
        IsDue = false;
        return _isLearning ? History()?.Parts(now) : null;
    }

    public void Answered(bool told, bool learning, TimeSpan now)
    {
        _isLearning = learning;
        if (told)
        {
            _toldAt = now;
        }

        IsDue = learning && !told && History() is not null;
    }

    private UsageHistory? History()
    {
        var definition = find();
        if (!ReferenceEquals(definition, _definition))
        {
            _definition = definition;
            _history?.Redefine(definition ?? Nothing);
            _history ??= definition is { Learns: true } ? new UsageHistory(definition) : null;
        }

        return _history;
    }
}
