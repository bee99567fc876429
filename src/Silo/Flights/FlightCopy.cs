using System.Buffers;
using CommunityToolkit.HighPerformance.Buffers;

namespace ThotNet.Silo.Flights;

/// <summary>Does with a record what the frames of another silo say was done with the leader's.</summary>
internal sealed class FlightCopy(AnswerRecord into) : IDisposable
{
    // Bytes that are no whole events yet: the record's readers must see none of them if the leader dies now.
    private readonly ArrayPoolBufferWriter<byte> _parts = new();

    /// <summary>Takes all frames that are complete off the front of a buffer.</summary>
    /// <returns>How the following has ended; null when more must come.</returns>
    public FollowEnd? Take(ref ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            switch (FlightFrames.Read(ref buffer, out var frame))
            {
                case FrameStatus.Incomplete:
                    return null;
                case FrameStatus.Broken:
                    return FollowEnd.Lost;
                default:
                    if (Take(frame) is { } end)
                    {
                        return end;
                    }

                    break;
            }
        }
    }

    public void Dispose() => _parts.Dispose();

    // What a leader cannot say at this point is nonsense like all else.
    private FollowEnd? Take(in FlightFrame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.Part or FrameKind.Bytes when into.HasRoomFor(_parts.WrittenCount + frame.Bytes.Length):
                Append(frame);
                return null;
            case FrameKind.Heartbeat:
                NoteAsked(frame);
                return null;
            case FrameKind.Form or FrameKind.Source or FrameKind.HandedOver when HasBegun:
                return FollowEnd.Lost;
            case FrameKind.Form:
                into.IsStream = frame.IsStream;
                return null;
            case FrameKind.Source:
                into.Describe(frame.Source!);
                return null;
            case FrameKind.HandedOver:
                return FollowEnd.HandedOver;
            case FrameKind.Answered when _parts.WrittenCount == 0:
                into.Complete(frame.Usage);
                return FollowEnd.Ended;
            case FrameKind.Failed when _parts.WrittenCount == 0:
                into.Fail(frame.Error!);
                return FollowEnd.Ended;
            default:
                return FollowEnd.Lost;
        }
    }

    private void NoteAsked(in FlightFrame beat)
    {
        if (beat.IsAsked)
        {
            into.NoteAsked();
        }
    }

    private bool HasBegun => into.Length + _parts.WrittenCount > 0;

    private void Append(in FlightFrame frame)
    {
        if (frame.Kind == FrameKind.Bytes && frame.Bytes.IsSingleSegment && _parts.WrittenCount == 0)
        {
            into.Append(frame.Bytes.FirstSpan);
            return;
        }

        foreach (var part in frame.Bytes)
        {
            _parts.Write(part.Span);
        }

        if (frame.Kind == FrameKind.Bytes)
        {
            into.Append(_parts.WrittenSpan);
            _parts.Clear();
        }
    }
}
