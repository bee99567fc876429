namespace ThotNet.Silo.Flights;

/// <summary>How following a flight has ended.</summary>
internal enum FollowEnd
{
    /// <summary>The record was completed or has failed, as the leader's.</summary>
    Ended,

    /// <summary>The leader gives no answer; the record is empty and open.</summary>
    HandedOver,

    /// <summary>The leader's silo knows no such flight; the record is empty and open.</summary>
    Gone,

    /// <summary>The leader is out of reach, was silent for too long, or talks nonsense; the record is open and holds what had come.</summary>
    Lost,
}
