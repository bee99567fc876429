using System.Text.Json;
using ThotNet.Load.Reporting;

namespace ThotNet.Load.Tests.Reporting;

public sealed class ReportWriterTests
{
    private static readonly string NewLine = Environment.NewLine;

    [Fact]
    public void Write_Markdown_IsATableThatDocumentsCanHold()
    {
        var expected = string.Join(
            NewLine,
            ["### Times", "", "| what | count | share |", "| --- | ---: | ---: |", "| a \\| b | 12,345 | 0.25 |", "| c | - | - |", "", "A note.", "", ""]);

        Assert.Equal(expected, Write(ReportFormat.Markdown));
    }

    [Theory]
    [InlineData(-0.004, "0")]
    [InlineData(-0.006, "-0.01")]
    [InlineData(-0.1, "-0.1")]
    [InlineData(1234.5, "1,235")]
    public void Write_Number_HasAtMostTwoPlacesAndNoNegativeZero(double number, string expected)
    {
        var report = new Report();
        report.Add("t", "n").AddRow(number);
        using var output = new StringWriter();
        ReportWriter.Write(report, ReportFormat.Markdown, output);

        Assert.Contains($"| {expected} |", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Json_KeepsNumbersAsNumbers()
    {
        using var json = JsonDocument.Parse(Write(ReportFormat.Json));

        var table = json.RootElement[0];
        Assert.Equal("Times", table.GetProperty("title").GetString());
        Assert.Equal(12_345, table.GetProperty("rows")[0].GetProperty("count").GetInt64());
        Assert.Equal(JsonValueKind.Null, table.GetProperty("rows")[1].GetProperty("share").ValueKind);
        Assert.Equal("A note.", table.GetProperty("notes")[0].GetString());
    }

    [Fact]
    public void Write_Table_ShowsTitleCellsAndNotes()
    {
        var text = Write(ReportFormat.Table);

        Assert.All(["Times", "a | b", "12,345", "0.25", "A note."], part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    private static string Write(ReportFormat format)
    {
        var report = new Report();
        var table = report.Add("Times", "what", "count", "share");
        table.AddRow("a | b", 12_345L, 0.25);
        table.AddRow("c");
        table.Notes.Add("A note.");
        using var output = new StringWriter();
        ReportWriter.Write(report, format, output);
        return output.ToString();
    }
}
