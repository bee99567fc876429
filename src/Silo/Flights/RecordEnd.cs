namespace ThotNet.Silo.Flights;

/// <summary>How an <see cref="AnswerRecord"/> has ended.</summary>
internal enum RecordEnd
{
    /// <summary>It has not; more may come.</summary>
    Open,

    /// <summary>The answer is complete.</summary>
    Answered,

    /// <summary>It failed, in the same way for all readers.</summary>
    Failed,

    /// <summary>Ended before anything was appended, for a reason that is the leader's own: its readers go again.</summary>
    HandedOver,
}
