namespace ThotNet.Planner.Policies;

/// <summary>In which order an ordinary policy tries the targets.</summary>
internal interface ITargetOrder
{
    /// <summary>Fills in all targets.</summary>
    void Fill(Span<int> targets, int request, TimeSpan now);

    /// <summary>A target serves a request.</summary>
    void Served(int target, TimeSpan now);
}
