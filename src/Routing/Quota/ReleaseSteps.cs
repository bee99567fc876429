using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Quota;

/// <summary>
/// Makes the short list of <see cref="BudgetSnapshot.Releases"/> from all moments at which more of a budget is free. What is left out of the list is
/// promised later, never earlier. Nothing but the list is allocated.
/// </summary>
internal sealed class ReleaseSteps
{
    /// <summary>The most entries of a list.</summary>
    public const int Most = 12;

    private readonly List<BudgetRelease> _steps = [];

    /// <summary>An empty list to be filled with what is free later, in the order of time.</summary>
    public List<BudgetRelease> Begin()
    {
        _steps.Clear();
        return _steps;
    }

    /// <summary>The list.</summary>
    /// <param name="now">What is free now if leases that are out come back unused.</param>
    /// <param name="remaining">What can be granted now.</param>
    public ImmutableArray<BudgetRelease> End(long now, long remaining)
    {
        // What others hold may come back before its time, but nobody can have it before the next poll.
        var earliest = now > remaining ? LeaseRules.ReturnPoll : TimeSpan.Zero;
        _steps.Insert(0, new(earliest, now));
        var count = 0;
        var free = remaining;
        foreach (var step in CollectionsMarshal.AsSpan(_steps))
        {
            if (step.Free <= free)
            {
                continue;
            }

            free = step.Free;
            var after = step.After > earliest ? step.After : earliest;
            count -= count > 0 && _steps[count - 1].After == after ? 1 : 0;
            _steps[count++] = new(after, free);
        }

        return Thin(CollectionsMarshal.AsSpan(_steps)[..count]);
    }

    // The first ones are close together, because they decide whether a caller waits; the last one is always there.
    private static ImmutableArray<BudgetRelease> Thin(ReadOnlySpan<BudgetRelease> steps)
    {
        if (steps.Length <= Most)
        {
            return [.. steps];
        }

        var few = new BudgetRelease[Most];
        for (var index = 0; index < Most; index++)
        {
            few[index] = steps[Math.Max(index, (steps.Length - 1) * index * index / ((Most - 1) * (Most - 1)))];
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(few);
    }
}
