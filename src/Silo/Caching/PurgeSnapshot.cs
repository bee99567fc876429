using System.Collections.Immutable;

namespace ThotNet.Silo.Caching;

/// <summary>The generations that an answer belongs to. One that was never purged is 0.</summary>
/// <param name="All">That of the whole cache.</param>
/// <param name="Model">That of its target.</param>
/// <param name="Caller">That of the key that paid for it.</param>
internal readonly record struct PurgeMarks(long All, long Model, long Caller);

/// <summary>What is known to be purged at one moment: the generation of each tag. It never changes.</summary>
internal sealed class PurgeSnapshot
{
    private readonly ImmutableDictionary<PurgeTag, long> _generations;

    private PurgeSnapshot(ImmutableDictionary<PurgeTag, long> generations) => _generations = generations;

    /// <summary>Nothing is purged.</summary>
    public static PurgeSnapshot None { get; } = new(ImmutableDictionary<PurgeTag, long>.Empty);

    /// <summary>The tags that have been purged, with their generations.</summary>
    public IReadOnlyDictionary<PurgeTag, long> Generations => _generations;

    /// <summary>The marks of an answer.</summary>
    public PurgeMarks MarksOf(string target, string caller) =>
        new(Of(PurgeTag.All), Of(PurgeTag.Model(target)), Of(PurgeTag.Caller(caller)));

    /// <summary>The generation of a tag.</summary>
    public long Of(PurgeTag tag) => _generations.GetValueOrDefault(tag);

    /// <summary>The same with a tag of at least that generation: none ever goes back.</summary>
    public PurgeSnapshot With(PurgeTag tag, long generation) => generation > Of(tag) ? new(_generations.SetItem(tag, generation)) : this;
}
