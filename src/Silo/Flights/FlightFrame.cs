using System.Buffers;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers;

namespace ThotNet.Silo.Flights;

/// <summary>What a frame says. The numbers are on the wire between silos of different versions: they never change.</summary>
internal enum FrameKind : byte
{
    /// <summary>Who answers.</summary>
    Source = 1,

    /// <summary>Whether the bytes are a stream's events or one body.</summary>
    Form = 2,

    /// <summary>Bytes of the answer; in a stream, whole events together with the parts right before them.</summary>
    Bytes = 3,

    /// <summary>No bytes yet, but the leader lives; and whether a provider has been asked.</summary>
    Heartbeat = 4,

    /// <summary>The answer is complete.</summary>
    Answered = 5,

    /// <summary>The answer has failed.</summary>
    Failed = 6,

    /// <summary>No answer will come from this leader.</summary>
    HandedOver = 7,

    /// <summary>Bytes of the answer that are shown to nobody before those that follow in the next frame.</summary>
    Part = 8,
}

/// <summary>Whether a buffer begins with a frame.</summary>
internal enum FrameStatus
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>One has been read.</summary>
    Complete,

    /// <summary>What comes is no frame, and nothing behind it can be read.</summary>
    Broken,
}

/// <summary>One frame; what is set beside the kind depends on it.</summary>
internal readonly record struct FlightFrame(FrameKind Kind)
{
    /// <summary>The bytes, as they lie in the buffer: at least one.</summary>
    public ReadOnlySequence<byte> Bytes { get; init; }

    /// <summary>Who answers; never null in a frame that says so.</summary>
    public AnswerSource? Source { get; init; }

    /// <summary>The form.</summary>
    public bool IsStream { get; init; }

    /// <summary>A provider has been asked.</summary>
    public bool IsAsked { get; init; }

    /// <summary>The cost of a complete answer, if it is known.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>Why the answer failed; never null then.</summary>
    public ApiError? Error { get; init; }
}
