namespace ThotNet.Silo.Caching;

/// <summary>What can be purged at once.</summary>
internal readonly record struct PurgeTag
{
    private const string ModelPrefix = "model:";
    private const string CallerPrefix = "caller:";
    private const string AllField = "all";

    private readonly string? _prefix;
    private readonly string? _id;

    private PurgeTag(string prefix, string id) => (_prefix, _id) = (prefix, id);

    /// <summary>Everything.</summary>
    public static PurgeTag All => default;

    /// <summary>The answers of a target, by its id <c>provider/model</c>.</summary>
    public static PurgeTag Model(string target) => new(ModelPrefix, target);

    /// <summary>The answers that a key's requests paid for, by the key's id.</summary>
    public static PurgeTag Caller(string id) => new(CallerPrefix, id);

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static PurgeTag? Parse(string field) =>
        field == AllField ? All
        : field.StartsWith(ModelPrefix, StringComparison.Ordinal) ? Model(field[ModelPrefix.Length..])
        : field.StartsWith(CallerPrefix, StringComparison.Ordinal) ? Caller(field[CallerPrefix.Length..])
        : null;

    /// <summary><c>all</c>, <c>model:…</c> or <c>caller:…</c>: the field of its generation.</summary>
    public override string ToString() => _prefix is null ? AllField : _prefix + _id;
}
