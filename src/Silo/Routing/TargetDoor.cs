using ThotNet.Routing;

namespace ThotNet.Silo.Routing;

/// <summary>Whether a target may be tried at this moment: its health, and who waits for its quota.</summary>
internal sealed class TargetDoor(Catalog catalog, TargetHealth health, WaitingRoom room, TimeProvider time)
{
    /// <summary>Whether the target may be tried at once; where that is not so it is noted why. Others who wait for its quota are before it.</summary>
    public bool MayTryNow(Pick pick, int place, bool isPreferred)
    {
        if (!IsOpen(pick, place))
        {
            return false;
        }

        var target = catalog.Targets[pick[place].Target];
        if (!room.MayPass(room.QuotaOf(target), pick.Priority, pick.Key, isPreferred))
        {
            pick.SomeHealthy = true;
            pick.Postpone(place, CandidateOutcome.OthersFirst, isFault: false, TimeSpan.Zero, room.Now);
            return false;
        }

        return Enter(pick, place);
    }

    /// <summary>Looks at a target that has room but is too dear.</summary>
    public void Look(Pick pick, int place)
    {
        if (IsOpen(pick, place))
        {
            pick.SomeHealthy = true;
            pick.Postpone(place, CandidateOutcome.TooDear, isFault: false, TimeSpan.Zero, room.Now);
        }
    }

    /// <summary>Whether the target may be tried as far as its health goes; where that is not so it is noted why.</summary>
    public bool IsOpen(Pick pick, int place)
    {
        var target = catalog.Targets[pick[place].Target];
        if (!pick.Plan.MayTry(target) || health.IsDisabled(target))
        {
            pick[place].Outcome = health.IsDisabled(target) ? CandidateOutcome.Disabled : CandidateOutcome.Failed;
            return false;
        }

        if (pick.Plan.RestOf(target, time.GetUtcNow()) is var rest && rest > TimeSpan.Zero)
        {
            pick.SomeHealthy = true;
            pick.Postpone(place, CandidateOutcome.Resting, isFault: !pick.Plan.IsThrottled(target), rest, room.Now);
            return false;
        }

        var closedFor = pick.Anyway ? TimeSpan.Zero : ClosedFor(pick, target);
        if (closedFor > TimeSpan.Zero)
        {
            pick.Postpone(place, CandidateOutcome.Closed, isFault: !pick.Advice.IsQuotaClosed(target), closedFor, room.Now);
            return false;
        }

        return true;
    }

    /// <summary>Takes the probe of a target that needs one; whoever does not send must give it back.</summary>
    public bool Enter(Pick pick, int place)
    {
        var target = catalog.Targets[pick[place].Target];
        if (!pick.Anyway && !health.TryEnter(target, out var closedFor))
        {
            pick.Postpone(place, CandidateOutcome.Closed, isFault: true, closedFor, room.Now);
            return false;
        }

        return pick.SomeHealthy = true;
    }

    /// <summary>Whether the target may be tried now, as far as is known without trying.</summary>
    public bool IsHealthy(Pick pick, TargetDefinition target) =>
        pick.Plan.MayTry(target) && !health.IsDisabled(target) && pick.Plan.RestOf(target, time.GetUtcNow()) == TimeSpan.Zero
        && ClosedFor(pick, target) == TimeSpan.Zero;

    private TimeSpan ClosedFor(Pick pick, TargetDefinition target)
    {
        var (advised, own) = (pick.Advice.ClosedFor(target, time.GetUtcNow()), health.ClosedFor(target));
        return advised > own ? advised : own;
    }
}
