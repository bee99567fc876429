using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Waiting;

/// <summary>Somebody's place in a <see cref="WaitingList{T}"/>. The owner of the list owns its tickets.</summary>
/// <typeparam name="T">What the owner knows of who waits.</typeparam>
public sealed class WaitingTicket<T>
{
    private readonly WaitingChoice[] _choices;

    internal WaitingTicket(T item, WaitingTerms terms, ReadOnlySpan<WaitingChoice> choices, long number)
    {
        (Item, Terms, Number) = (item, terms, number);
        _choices = choices.ToArray();
    }

    /// <summary>What the owner knows of who waits.</summary>
    public T Item { get; }

    /// <summary>On what terms it waits.</summary>
    public WaitingTerms Terms { get; }

    /// <summary>The targets, as they stand now.</summary>
    public ReadOnlySpan<WaitingChoice> Choices => _choices;

    /// <summary>It tries a target at this moment, so that no other turn is for it.</summary>
    public bool IsTrying { get; internal set; }

    /// <summary>What it tries is spare: it does not prefer it.</summary>
    internal bool TriesSpare { get; set; }

    /// <summary>It waits no longer.</summary>
    public bool HasLeft { get; internal set; }

    /// <summary>Grows with each arrival.</summary>
    internal long Number { get; }

    internal void Postpone(int choice, TimeSpan until) => _choices[choice] = _choices[choice] with { NotBefore = until };

    /// <summary>No target is of use before the deadline.</summary>
    public bool IsHopeless => !HasInTime(isPreferred: true) && !HasInTime(isPreferred: false);

    /// <summary>No preferred target is of use before the deadline, or it is time for the last call.</summary>
    internal bool TakesAnything(TimeSpan now) => now >= Terms.LastCall || !HasInTime(isPreferred: true);

    /// <summary>The first choice of this quota for which it stands in line, or -1.</summary>
    internal int ChoiceOf(int quota, bool isPreferred, TimeSpan now)
    {
        if (!isPreferred && !TakesAnything(now))
        {
            return -1;
        }

        var found = -1;
        for (var index = 0; index < _choices.Length; index++)
        {
            var choice = _choices[index];
            if (choice.Quota == quota && choice.IsPreferred == isPreferred && choice.NotBefore <= Terms.Deadline
                && (found < 0 || choice.NotBefore < _choices[found].NotBefore))
            {
                found = index;
            }
        }

        return found;
    }

    /// <summary>What it takes from the quota if it is served there, as far as it prefers that.</summary>
    internal QuotaAmounts? NeedOf(int quota)
    {
        foreach (var choice in _choices)
        {
            if (choice.IsPreferred && choice.NotBefore <= Terms.Deadline)
            {
                return choice.Quota == quota ? choice.Amounts : null;
            }
        }

        return null;
    }

    private bool HasInTime(bool isPreferred)
    {
        foreach (var choice in _choices)
        {
            if (choice.IsPreferred == isPreferred && choice.NotBefore <= Terms.Deadline)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>On what terms somebody waits. Times are on one clock that never goes back.</summary>
/// <param name="Priority">Higher ones are served first, whoever came earlier.</param>
/// <param name="Key">Whose request it is: keys of one priority take turns.</param>
/// <param name="Deadline">After this it waits no longer.</param>
/// <param name="LastCall">From here on it takes any target, not only those that it prefers; not after <paramref name="Deadline"/>.</param>
public readonly record struct WaitingTerms(int Priority, string Key, TimeSpan Deadline, TimeSpan LastCall);
