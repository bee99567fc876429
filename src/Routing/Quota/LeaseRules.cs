namespace ThotNet.Routing.Quota;

/// <summary>The fixed numbers on which the authority of a quota and the silos agree.</summary>
public static class LeaseRules
{
    /// <summary>How long reservations may be made from a lease: 5 s, less if a window is shorter than a minute.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    /// <summary>The shortest life of a lease: 1 s.</summary>
    public static readonly TimeSpan ShortestLifetime = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long after the end of a lease the provider may still receive a request sent under it, if the silo reports nothing: 10 s, the
    /// longest that an attempt may take to its first event. It costs nothing where silos report.
    /// </summary>
    public static readonly TimeSpan ReceiptMargin = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A report says of a request that is on its way that it will be received within this time: 30 s. The silo says so anew every
    /// <see cref="PendingRefresh"/> until it knows.
    /// </summary>
    public static readonly TimeSpan PendingAllowance = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often a report about requests on their way, or under way in a place that is counted, is repeated: 10 s. The places of a silo that is not
    /// heard for the window of their budget, at least 30 s, are free again.
    /// </summary>
    public static readonly TimeSpan PendingRefresh = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A silo asks the authority of a quota at most once in this time, whatever the request rate: 1 s. Only the news that a provider has closed
    /// an open quota goes at once.
    /// </summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long after the end of a lease a request may still be sent under it: 5 s. With the time that it travels it must stay below
    /// <see cref="ReceiptMargin"/>; a silo that was halted for longer sends nothing.
    /// </summary>
    public static readonly TimeSpan SendMargin = TimeSpan.FromSeconds(5);

    /// <summary>The demand of this time is asked for in advance: 5 s.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many times the demand that it knows a silo asks for when its lease ran dry: 64. Four questions take it from one request to millions a second. The
    /// authority's bounds (<see cref="LeaseSizing"/>) hold all the same, and what is not used comes back with the lease.
    /// </summary>
    public const long RampUp = 64;

    /// <summary>
    /// How long an authority that has lost its state grants nothing, unless all live silos say that they never had a lease: the longest window
    /// below <see cref="LongWindow"/>, at most this: 5 min.
    /// </summary>
    public static readonly TimeSpan LongestLearning = TimeSpan.FromMinutes(5);

    /// <summary>A silo that asked within this time is counted as live when leases are sized: 30 s.</summary>
    public static readonly TimeSpan SiloIsLive = TimeSpan.FromSeconds(30);

    /// <summary>A silo that holds nothing and has been silent for this long is forgotten: 10 min.</summary>
    public static readonly TimeSpan SiloIsForgotten = TimeSpan.FromMinutes(10);

    /// <summary>After how long a silo asks again when unused leases or unsettled tokens of others may have come back: 1 s.</summary>
    public static readonly TimeSpan ReturnPoll = TimeSpan.FromSeconds(1);

    /// <summary>After how long a silo asks again when the authority or its store did not answer: 1 s.</summary>
    public static readonly TimeSpan FailureRetry = TimeSpan.FromSeconds(1);

    /// <summary>A wait longer than this on a window of an hour or more is hopeless for a caller: 1 min.</summary>
    public static readonly TimeSpan HopelessWait = TimeSpan.FromMinutes(1);

    /// <summary>The shortest window whose exhaustion may be hopeless: 1 h.</summary>
    public static readonly TimeSpan LongWindow = TimeSpan.FromHours(1);

    /// <summary>The longest time of use that a report may state: 1 day.</summary>
    public static readonly TimeSpan LongestUse = TimeSpan.FromDays(1);

    /// <summary>The longest time for which a provider's word closes a quota: 1 day.</summary>
    public static readonly TimeSpan LongestClosing = TimeSpan.FromDays(1);

    /// <summary>
    /// How long it is remembered what has left a window and what settlements gave back, to compare it with what a provider said a while ago: 10 s. An
    /// older word about what is left is not heard.
    /// </summary>
    public static readonly TimeSpan EvidenceMemory = TimeSpan.FromSeconds(10);

    /// <summary>How long a provider's word may have travelled, beyond the age that it is told with: 1 s.</summary>
    public static readonly TimeSpan EvidenceTravel = TimeSpan.FromSeconds(1);

    /// <summary>A provider's own limit is kept to for this long after it was last said: 1 day.</summary>
    public static readonly TimeSpan LimitMemory = TimeSpan.FromDays(1);
}
