namespace ThotNet.Load.Chaos;

/// <summary>What a run does to the cluster while it is under load.</summary>
public enum ChaosScenario
{
    /// <summary>Nothing: what the budgets yield undisturbed.</summary>
    None,

    /// <summary>A silo dies and is started again.</summary>
    KillSilo,

    /// <summary>The silo that is the authority over a quota dies and is started again.</summary>
    KillAuthority,

    /// <summary>Redis dies, stays away for 5 s and comes back with its data.</summary>
    KillRedis,

    /// <summary>Each silo leaves in turn and is started again.</summary>
    RestartEach,

    /// <summary>A silo is halted for 10 s with requests on their way and leases in hand, then goes on.</summary>
    PauseSilo,

    /// <summary>One silo's wall clock is 2 s ahead, and the authority changes silo.</summary>
    ClockOffset,

    /// <summary>A silo dies, another is halted for 10 s, Redis dies: one after the other.</summary>
    Mixed,
}

/// <summary>Which of a provider's limits is reached first.</summary>
public enum BindingBudget
{
    /// <summary>Requests per window; at one provider the tokens of a day.</summary>
    Requests,

    /// <summary>Tokens per window.</summary>
    Tokens,
}

/// <summary>How a cluster is loaded and judged.</summary>
public sealed record ChaosSettings
{
    /// <summary>How long the load lasts, in real time.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(12);

    /// <summary>Length of the short windows, by the cluster's clocks.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many silos a cluster has that the run starts.</summary>
    public int Silos { get; init; } = 3;

    /// <summary>How many times faster than real the cluster's clocks run; above 1 needs faketime.</summary>
    public int Speed { get; init; } = 1;

    /// <summary>How long the load lasts by the cluster's clocks.</summary>
    public TimeSpan ClusterDuration => Duration * Speed;

    /// <summary>How many requests are under way at once.</summary>
    public int Workers { get; init; } = 32;

    /// <summary>Which limits bind.</summary>
    public BindingBudget Budgets { get; init; }

    /// <summary>
    /// Directory of a local cluster that is up, with its own budgets and a fresh simulator; null to start one for each run. Its
    /// <see cref="Speed"/> must be told.
    /// </summary>
    public string? Cluster { get; init; }
}
