using System.Collections.Frozen;
using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Routing.Prices;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Routing;

/// <summary>
/// Counts what is asked for, by size and by the targets that could serve it: once for each request, however many attempts it takes. Safe for concurrent use;
/// in the long run a request allocates nothing here.
/// </summary>
public sealed class DemandMeter
{
    /// <summary>How many different choices of targets are told apart: 64. Requests with others count as if any target could serve them.</summary>
    public const int MaxChoices = 64;

    private readonly FrozenDictionary<string, ulong> _bits;
    private readonly PromptScales _scales;
    private readonly ulong _all;
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Dictionary<ulong, Cell[]> _choices = [];

    /// <summary>Nothing was asked for yet.</summary>
    public DemandMeter(Catalog catalog, PromptScales scales)
    {
        _scales = scales;
        _bits = catalog.Targets.Take(64).Select((target, index) => KeyValuePair.Create(target.Id, 1UL << index)).ToFrozenDictionary(StringComparer.Ordinal);
        _all = _bits.Values.Aggregate(0UL, (all, bit) => all | bit);
    }

    /// <summary>Somebody asks.</summary>
    /// <param name="request">For what.</param>
    /// <param name="tiers">The targets that can serve it.</param>
    public void Count(ModelRequest request, ImmutableArray<ImmutableArray<TargetDefinition>> tiers)
    {
        var (targets, most) = (0UL, QuotaAmounts.Zero);
        foreach (var tier in tiers)
        {
            foreach (var target in tier)
            {
                targets |= _bits.GetValueOrDefault(target.Id);
                most = QuotaAmounts.Max(most, _scales.Used.Expected(RequestAmounts.Reserved(request, target, _scales.Of(target)), target));
            }
        }

        lock (_gate)
        {
            ref var cell = ref CellsOf(targets)[DemandSize.Of(most.Tokens)];
            cell.Requests++;
            cell.InputTokens += most.InputTokens;
            cell.OutputTokens += most.OutputTokens;
        }
    }

    /// <summary>What was asked for since the last call.</summary>
    public ImmutableArray<DemandReport> Take()
    {
        var taken = ImmutableArray.CreateBuilder<DemandReport>();
        lock (_gate)
        {
            foreach (var (targets, cells) in _choices)
            {
                if (!TakeCells(targets, cells, taken) && _choices.Count >= MaxChoices)
                {
                    // It was not asked for lately, and others need its place.
                    _choices.Remove(targets);
                }
            }
        }

        return taken.DrainToImmutable();
    }

    private Cell[] CellsOf(ulong targets)
    {
        if (_choices.TryGetValue(targets, out var cells))
        {
            return cells;
        }

        // The last place is kept for those that are not told apart.
        var choice = targets == _all || _choices.Count < MaxChoices - 1 || (_choices.Count < MaxChoices && _choices.ContainsKey(_all)) ? targets : _all;
        if (!_choices.TryGetValue(choice, out cells))
        {
            _choices[choice] = cells = new Cell[DemandSize.Largest + 1];
        }

        return cells;
    }

    private static bool TakeCells(ulong targets, Cell[] cells, ImmutableArray<DemandReport>.Builder taken)
    {
        var before = taken.Count;
        for (var size = 0; size < cells.Length; size++)
        {
            if (cells[size] is { Requests: > 0 } cell)
            {
                taken.Add(new(targets, (byte)size, cell.Requests, cell.InputTokens, cell.OutputTokens));
                cells[size] = default;
            }
        }

        return taken.Count > before;
    }

    private record struct Cell(long Requests, long InputTokens, long OutputTokens);
}
