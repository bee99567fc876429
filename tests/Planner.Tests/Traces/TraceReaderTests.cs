using ThotNet.Planner.Traces;

namespace ThotNet.Planner.Tests.Traces;

public sealed class TraceReaderTests
{
    private const string Header = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

    [Fact]
    public void Read_RecordedLines_GivesOffsetsAndTokens()
    {
        var trace = Read(Header + "2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n");

        Assert.Equal([new TraceEntry(TimeSpan.Zero, 374, 44), new TraceEntry(TimeSpan.FromTicks(43_145_790), 396, 109)], trace);
    }

    [Fact]
    public void Read_TimesWithZoneAndWindowsLineEnds_AreUnderstood()
    {
        var trace = Read("TIMESTAMP,ContextTokens,GeneratedTokens\r\n2024-05-10 00:00:00.009930+00:00,1,2\r\n2024-05-10 01:00:01+01:00,3,4\r\n");

        Assert.Equal(TimeSpan.FromTicks(9_900_700), trace[1].Offset);
    }

    [Fact]
    public void Read_EqualTimes_AreInOrder()
    {
        Assert.Equal(2, Read(Header + "2023-11-16 18:15:46,1,1\n2023-11-16 18:15:46,2,2").Count);
    }

    [Fact]
    public void Read_Limit_LooksNoFurther()
    {
        using var text = new StringReader(Header + "2023-11-16 18:15:46,1,1\nnot a line");

        Assert.Single(TraceReader.Read(text, 1).Entries);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("time,in,out\n2023-11-16 18:15:46,1,1", 1)]
    [InlineData(Header, 2)]
    [InlineData(Header + "2023-11-16 18:15:46,1", 2)]
    [InlineData(Header + "2023-11-16 18:15:46,1,1,1", 2)]
    [InlineData(Header + "2023-11-16 18:15:46,1,1\n16.11.2023 18:15,1,1", 3)]
    [InlineData(Header + "2023-11-16 18:15:46,1,1\n\n", 3)]
    [InlineData(Header + "2023-11-16 18:15:46,-1,1", 2)]
    [InlineData(Header + "2023-11-16 18:15:46,1,1.5", 2)]
    [InlineData(Header + "2023-11-16 18:15:46,1,99999999999", 2)]
    [InlineData(Header + "2023-11-16 18:15:46,1,1\n2023-11-16 18:15:47,1,1\n2023-11-16 18:15:46.9,1,1", 4)]
    public void Read_UnreadableOrUnorderedLine_IsRefusedWithItsNumber(string text, int line)
    {
        var refusal = Assert.Throws<FormatException>(() => Read(text));

        Assert.StartsWith($"line {line}: ", refusal.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<TraceEntry> Read(string text)
    {
        using var reader = new StringReader(text);
        return TraceReader.Read(reader).Entries;
    }
}
