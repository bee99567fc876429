using System.Text;
using CsCheck;
using ThotNet.Providers.Streaming;

namespace ThotNet.Providers.Tests.Streaming;

/// <summary>Event streams as providers and the specification write them (wire.md 1.3, 2.2, 4.4).</summary>
public sealed class SseReaderTests
{
    private static async Task<List<string>> ReadAll(byte[] bytes, IEnumerable<int> cuts)
    {
        using var reader = new SseReader(new CutStream(bytes, cuts));
        var events = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is var kind && kind != SseKind.End)
        {
            events.Add(kind == SseKind.Comment
                ? "comment"
                : $"{Encoding.UTF8.GetString(reader.EventType.Span)}|{Encoding.UTF8.GetString(reader.Data.Span)}");
        }

        Assert.Equal(SseKind.End, await reader.ReadAsync(TestContext.Current.CancellationToken));
        return events;
    }

    private static Task<List<string>> ReadAll(string text) => ReadAll(Encoding.UTF8.GetBytes(text), [1 << 20]);

    [Theory]
    [InlineData("data: a\n\ndata: b\n\n")]
    [InlineData("data: a\r\n\r\ndata: b\r\n\r\n")]
    [InlineData("data: a\r\rdata: b\r\r")]
    [InlineData("\uFEFFdata:a\n\ndata:b\n\n")]
    [InlineData("id: 7\nretry: 5\ndata: a\n\n\n\nevent: none\n\ndata: b")]
    public async Task Read_LineEnds_AllCount_Wire13(string text) => Assert.Equal(["|a", "|b"], await ReadAll(text));

    [Fact]
    public async Task Read_ManyLines_AreJoined_Wire13() => Assert.Equal(["|{\n}", "|"], await ReadAll("data: {\ndata: }\n\ndata\n\n"));

    [Fact]
    public async Task Read_EventType_GoesWithItsEvent_Wire33() =>
        Assert.Equal(["error|x", "|y"], await ReadAll("event: error\ndata: x\n\ndata: y\n\n"));

    [Fact]
    public async Task Read_Comments_AreReportedButAreNoEvents_Wire22() =>
        Assert.Equal(
            ["comment", "comment", "|a"],
            await ReadAll(": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\ndata: a\n\n"));

    [Fact]
    public async Task Read_CommentWithinAnEvent_LosesNothing() => Assert.Equal(["comment", "|a\nb"], await ReadAll("data: a\n:\ndata: b\n\n"));

    [Fact]
    public async Task Read_CutAtTheEnd_ReturnsWhatThereIs() => Assert.Equal(["|[DONE]"], await ReadAll("data: [DONE]"));

    [Fact]
    public async Task Read_CarriageReturn_IsNotWaitedFor()
    {
        var stream = new CutStream("data: a\r\r"u8.ToArray(), [100], throwsAtEnd: true);
        using var reader = new SseReader(stream);

        Assert.Equal(SseKind.Event, await reader.ReadAsync(TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<IOException>(() => reader.ReadAsync(TestContext.Current.CancellationToken).AsTask());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_EndlessEvent_IsRefused(bool inLines)
    {
        var piece = new string('x', 1000) + (inLines ? "\ndata: " : "");
        var text = "data: " + string.Concat(Enumerable.Repeat(piece, (SseReader.MaxEventBytes / 1000) + 10));
        using var reader = new SseReader(new CutStream(Encoding.ASCII.GetBytes(text), [1 << 16]));

        await Assert.ThrowsAsync<IOException>(() => reader.ReadAsync(TestContext.Current.CancellationToken).AsTask());
    }

    [Fact]
    public async Task Read_LargeEvent_IsWhole()
    {
        var text = new string('ä', 1_000_000);

        Assert.Equal(["|" + text], await ReadAll($"data: {text}\n\n"));
    }

    [Fact]
    public void Read_AnyCuts_GiveTheSameEvents_Wire13()
    {
        var line = OneOf("data: x", "data:ü€😀", "data", "event: error", ":", ": ping", "", "", "id: 1", "other", "data: a: b", "\uFEFFdata: q");
        var lines = Gen.Select(line, OneOf("\n", "\r\n", "\r")).Array[0, 30];
        Gen.Select(lines, Gen.Int[1, 7].Array[1, 20]).MustHold((parts, cuts) =>
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(parts.Select(part => part.Item1 + part.Item2)));
            var whole = ReadAll(bytes, [int.MaxValue]).GetAwaiter().GetResult();
            var cut = ReadAll(bytes, cuts).GetAwaiter().GetResult();
            return whole.SequenceEqual(cut);
        });
    }

    [Fact]
    public void Read_BytesChangedAtWill_GiveTheSameEventsHoweverCut_Wire13() =>
        Gen.Select(Changed.Bytes("\uFEFF: ping\r\n\r\nevent: error\rdata: {\ndata:}\n\nid: 1\rretry: 5\r\n\r\ndata\n\ndata: ü€😀"), Gen.Int[1, 7].Array[1, 20]).MustHold(
            (bytes, cuts) =>
            {
                var whole = ReadAll(bytes, [int.MaxValue]).GetAwaiter().GetResult();
                Assert.Equal(whole, ReadAll(bytes, cuts).GetAwaiter().GetResult());
            },
            iter: 2_000);

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);
}
