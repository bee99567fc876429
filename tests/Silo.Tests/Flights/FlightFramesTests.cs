using System.Buffers;
using System.Text;
using CsCheck;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers;
using ThotNet.Silo.Flights;

namespace ThotNet.Silo.Tests.Flights;

public sealed class FlightFramesTests
{
    private static readonly AnswerSource Source = new("groq", "groq/llama-3.1-8b-instant", 2);
    private static readonly TokenUsage Usage = new(1, long.MaxValue, 3, 0, 5);
    private static readonly ApiError FullError = new(429, "Enough for today.", "requests", "rate_limit_exceeded", "model", TimeSpan.FromTicks(123_456_789))
    {
        Spanish = "Por hoy es bastante, señor.",
        ShouldRetry = false,
        ResetsAt = new DateTimeOffset(2026, 7, 2, 3, 4, 5, TimeSpan.FromHours(2)),
    };

    private static readonly ApiError BareError = new(503, "", "server_error");

    private static readonly byte[] All = Written(output =>
    {
        FlightFrames.WriteSource(output, Source);
        FlightFrames.WriteForm(output, true);
        FlightFrames.WriteBytes(output, "data: {"u8, isPart: true);
        FlightFrames.WriteBytes(output, "}\n\n"u8);
        FlightFrames.WriteHeartbeat(output, isAsked: true);
        FlightFrames.WriteAnswered(output, Usage);
        FlightFrames.WriteAnswered(output, null);
        FlightFrames.WriteFailed(output, FullError);
        FlightFrames.WriteFailed(output, BareError);
        FlightFrames.WriteHandedOver(output);
    });

    [Fact]
    public void Read_EveryKind_GivesWhatWasWritten()
    {
        var frames = ReadAll(new(All), out var status);

        Assert.Equal(FrameStatus.Incomplete, status);
        Assert.Equal(
            [
                FrameKind.Source, FrameKind.Form, FrameKind.Part, FrameKind.Bytes, FrameKind.Heartbeat, FrameKind.Answered, FrameKind.Answered,
                FrameKind.Failed, FrameKind.Failed, FrameKind.HandedOver,
            ],
            frames.Select(frame => frame.Kind));
        Assert.Equal(Source, frames[0].Source);
        Assert.True(frames[1].IsStream);
        Assert.Equal("data: {"u8, frames[2].Bytes.ToArray());
        Assert.Equal("}\n\n"u8, frames[3].Bytes.ToArray());
        Assert.True(frames[4].IsAsked);
        Assert.Equal(Usage, frames[5].Usage);
        Assert.Null(frames[6].Usage);
        Assert.Equal(FullError, frames[7].Error);
        Assert.Equal(BareError, frames[8].Error);
    }

    [Fact]
    public void Read_NoStream_SaysSo() =>
        Assert.False(Assert.Single(ReadAll(new(Written(output => FlightFrames.WriteForm(output, false))), out _)).IsStream);

    // A field that is added to errors must be added to the frames as well: its value here would be the default one, and the round trip show nothing.
    [Fact]
    public void FullError_HasNoFieldLeftAtItsDefault()
    {
        var bare = new ApiError(503, "", "server_error");

        Assert.All(
            typeof(ApiError).GetProperties().Where(property => property.CanWrite),
            property => Assert.NotEqual(property.GetValue(bare), property.GetValue(FullError)));
    }

    [Fact]
    public void Read_CutAtEveryByte_GivesTheWholeFramesAndWaits()
    {
        var whole = ReadAll(new(All), out _).Select(Shown).ToList();
        var seen = new HashSet<int>();
        for (var length = 0; length <= All.Length; length++)
        {
            var frames = ReadAll(new(All, 0, length), out var status).Select(Shown).ToList();

            Assert.Equal(FrameStatus.Incomplete, status);
            Assert.Equal(whole[..frames.Count], frames);
            seen.Add(frames.Count);
        }

        Assert.Equal(Enumerable.Range(0, whole.Count + 1), seen.Order());
    }

    [Fact]
    public void Read_InPartsOfOneByte_GivesTheSame() =>
        Assert.Equal(ReadAll(new(All), out _).Select(Shown), ReadAll(Parts(All, 1), out _).Select(Shown));

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(255)]
    public void Read_UnknownKind_IsBrokenAtItsFirstByte(byte kind)
    {
        Assert.Empty(ReadAll(new([kind]), out var status));
        Assert.Equal(FrameStatus.Broken, status);
    }

    [Theory]
    [InlineData(0x00, 0x10, 0x00, 0x01)]
    [InlineData(0x7f, 0xff, 0xff, 0xff)]
    [InlineData(0x80, 0x00, 0x00, 0x00)]
    [InlineData(0xff, 0xff, 0xff, 0xff)]
    public void Read_LengthAboveTheLimit_IsBrokenBeforeThePayloadComes(byte a, byte b, byte c, byte d)
    {
        Assert.Empty(ReadAll(new([(byte)FrameKind.Bytes, a, b, c, d]), out var status));
        Assert.Equal(FrameStatus.Broken, status);
    }

    [Fact]
    public void Read_LongestPayload_IsTaken()
    {
        var bytes = new byte[FlightFrames.MaxPayload];

        Assert.Equal(bytes.Length, Assert.Single(ReadAll(Parts(Written(output => FlightFrames.WriteBytes(output, bytes)), 4096), out _)).Bytes.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => FlightFrames.WriteBytes(new ArrayBufferWriter<byte>(), new byte[bytes.Length + 1]));
    }

    [Theory]
    [InlineData(nameof(FrameKind.Bytes), "")]
    [InlineData(nameof(FrameKind.Part), "")]
    [InlineData(nameof(FrameKind.Heartbeat), "0000")]
    [InlineData(nameof(FrameKind.Heartbeat), "02")]
    [InlineData(nameof(FrameKind.Heartbeat), "")]
    [InlineData(nameof(FrameKind.HandedOver), "00")]
    [InlineData(nameof(FrameKind.Form), "")]
    [InlineData(nameof(FrameKind.Form), "02")]
    [InlineData(nameof(FrameKind.Form), "0101")]
    public void Read_WrongPayload_IsBroken(string kind, string payload) => AssertBroken(kind, Convert.FromHexString(payload));

    [Theory]
    [InlineData(nameof(FrameKind.Answered), """{"PromptTokens":"all"}""")]
    [InlineData(nameof(FrameKind.Answered), """{"PromptTokens":1,"CompletionTokens":1,"TotalTokens":2}{}""")]
    [InlineData(nameof(FrameKind.Answered), "null")]
    [InlineData(nameof(FrameKind.Source), "")]
    [InlineData(nameof(FrameKind.Source), """{"Provider":"groq","Target":"groq/a","Attempts":-1}""")]
    [InlineData(nameof(FrameKind.Source), """{"Provider":"groq","Target":"groq","Attempts":1}""")]
    [InlineData(nameof(FrameKind.Source), """{"Provider":"groq","Target":null,"Attempts":1}""")]
    [InlineData(nameof(FrameKind.Source), """{"Provider":"groq","Target":"groq/a"}""")]
    [InlineData(nameof(FrameKind.Source), """{"Provider":"groq","Target":"groq/a","Attempts":1}x""")]
    [InlineData(nameof(FrameKind.Failed), "null")]
    [InlineData(nameof(FrameKind.Failed), """{"Status":500}""")]
    [InlineData(nameof(FrameKind.Failed), """{"Status":500,"Message":"no","Type":"server_error","RetryAfter":"soon"}""")]
    public void Read_WrongJson_IsBroken(string kind, string payload) => AssertBroken(kind, Encoding.UTF8.GetBytes(payload));

    [Fact]
    public void Read_FieldOfALaterVersion_IsPassedOver()
    {
        var json = """{"Provider":"groq","Target":"groq/a","Attempts":1,"Region":"eu"}"""u8;

        Assert.Equal(new AnswerSource("groq", "groq/a", 1), Assert.Single(ReadAll(new([(byte)FrameKind.Source, 0, 0, 0, (byte)json.Length, .. json]), out _)).Source);
    }

    [Theory]
    [InlineData(399)]
    [InlineData(600)]
    public void Read_ErrorWhoseStatusIsNone_IsBroken(int status)
    {
        Assert.Empty(ReadAll(new(Written(output => FlightFrames.WriteFailed(output, FullError with { Status = status }))), out var read));
        Assert.Equal(FrameStatus.Broken, read);
    }

    [Fact]
    public void WriteFailed_EndlessTexts_AreCutToWhatAFrameHolds()
    {
        // A character that takes six bytes.
        var endless = new string('\0', FlightFrames.MaxPayload);
        var error = new ApiError(500, endless, endless, endless, endless) { Spanish = endless };

        var read = Assert.Single(ReadAll(new(Written(output => FlightFrames.WriteFailed(output, error))), out _)).Error!;

        Assert.Equal(new string('\0', 16_384), read.Message);
        Assert.Equal(new string('\0', 16_384), read.Spanish);
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows() =>
        Changed(All).MustHold(
            bytes =>
            {
                var rest = new ReadOnlySequence<byte>(bytes);
                var status = FrameStatus.Complete;
                while (status == FrameStatus.Complete)
                {
                    var before = rest.Length;
                    status = FlightFrames.Read(ref rest, out _);
                    Assert.True(status != FrameStatus.Complete || rest.Length < before);
                }
            },
            iter: 20_000);

    [Fact]
    public void WriteBytes_Again_AllocatesNothing()
    {
        var output = new ArrayBufferWriter<byte>(1024);
        var bytes = new byte[100];

        Assert.Equal(0, Allocations.Of(() =>
        {
            output.ResetWrittenCount();
            FlightFrames.WriteBytes(output, bytes);
        }));
    }

    private static void AssertBroken(string kind, byte[] payload)
    {
        Assert.Empty(ReadAll(new([(byte)Enum.Parse<FrameKind>(kind), 0, 0, 0, (byte)payload.Length, .. payload]), out var status));
        Assert.Equal(FrameStatus.Broken, status);
    }

    // Bytes replaced at will, so that kinds, lengths, flags and texts are all wrong in some samples.
    private static Gen<byte[]> Changed(byte[] bytes) => Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Array[0, 6].Select(changes =>
    {
        var changed = bytes.ToArray();
        foreach (var (at, value) in changes)
        {
            changed[at] = value;
        }

        return changed;
    });

    private static List<FlightFrame> ReadAll(ReadOnlySequence<byte> buffer, out FrameStatus status)
    {
        var frames = new List<FlightFrame>();
        while ((status = FlightFrames.Read(ref buffer, out var frame)) == FrameStatus.Complete)
        {
            frames.Add(frame);
        }

        return frames;
    }

    private static (FrameKind, string, AnswerSource?, bool, TokenUsage?, ApiError?) Shown(FlightFrame frame) =>
        (frame.Kind, Convert.ToHexString(frame.Bytes.ToArray()), frame.Source, frame.IsStream, frame.Usage, frame.Error);

    private static byte[] Written(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private static ReadOnlySequence<byte> Parts(byte[] bytes, int size)
    {
        Part? first = null;
        Part? last = null;
        foreach (var chunk in bytes.Chunk(size))
        {
            last = last is null ? first = new Part(chunk) : last.Add(chunk);
        }

        return new(first!, 0, last!, last!.Memory.Length);
    }

    private sealed class Part : ReadOnlySequenceSegment<byte>
    {
        public Part(byte[] bytes) => Memory = bytes;

        public Part Add(byte[] bytes)
        {
            var next = new Part(bytes) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
