using System.Text.Json;
using ThotNet.Planner.Reports;

namespace ThotNet.Planner.Tests.Reports;

public sealed class ReportWriterTests
{
    [Fact]
    public void Write_Table_IsPlainAndAligned()
    {
        var text = Write(Small(), ReportFormat.Table);

        Assert.Equal(
            """
            Small Things

            | name | size  |   part |     time |    count |
            | :--- | :---- | -----: | -------: | -------: |
            | a,b  | -     | 12.5 % |    9.5 s | 1,234.57 |
            | c    | large |  0.0 % | 01:30:00 |        0 |

            Note.

            """,
            text, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Write_SmallNumber_IsNotRoundedToNothing()
    {
        var report = new Report();
        report.Add("T", 1, "n", "v").AddRow("x", 0.00218);

        Assert.Contains(" 0.00218 |", Write(report, ReportFormat.Table), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Json_HasRawValuesUnderTheNamesOfColumns()
    {
        using var json = JsonDocument.Parse(Write(Small(), ReportFormat.Json));

        var rows = json.RootElement.GetProperty("small_things");
        Assert.Equal(2, rows.GetArrayLength());
        Assert.Equal("""{"name":"a,b","size":null,"part":0.125,"time_seconds":9.5,"count":1234.567}""", JsonSerializer.Serialize(rows[0]));
        Assert.Equal("Note.", json.RootElement.GetProperty("notes")[0].GetString());
    }

    [Fact]
    public void Write_Csv_HasALineForEachValue()
    {
        Assert.Equal(
            """
            table,key,item,measure,value
            small_things,"a,b",,size,
            small_things,"a,b",,part,0.125
            small_things,"a,b",,time_seconds,9.5
            small_things,"a,b",,count,1234.567
            small_things,c,,size,large
            small_things,c,,part,0
            small_things,c,,time_seconds,5400
            small_things,c,,count,0

            """,
            Write(Small(), ReportFormat.Csv), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Write_Simulation_TellsEverythingOfEachPolicy()
    {
        using var json = JsonDocument.Parse(Write(SimulationReport.Make([HandMade.Result("p")], HandMade.Bound), ReportFormat.Json));

        Assert.Equal(
            """[{"policy":"p","requests":10,"served":6,"refused":4,"served_share":0.6,"of_bound":0.75,"waited":2,"wait_mean_seconds":0.5,"wait_p50_seconds":0,"wait_p99_seconds":9,"wait_longest_seconds":9.5,"worst_overspend":4}]""",
            JsonSerializer.Serialize(json.RootElement.GetProperty("policies")));
        Assert.Equal(
            """{"policy":"p","target":"one/a","served":5,"tokens":500,"configured_share":0.75,"achieved_share":0.8}""",
            JsonSerializer.Serialize(json.RootElement.GetProperty("targets")[0]));
        Assert.Equal(
            """{"policy":"p","budget":"two: 1,000 tokens a day, calendar of America/Los_Angeles","used":999,"utilisation":0.999,"first_exhausted_seconds":10800,"exhausted_for_seconds":75600,"overspend":4}""",
            JsonSerializer.Serialize(json.RootElement.GetProperty("budgets")[1]));
        Assert.Equal(
            """[{"name":"any offline choice","requests":8,"share":0.8,"found_in_seconds":1.5}]""",
            JsonSerializer.Serialize(json.RootElement.GetProperty("bound")));
        Assert.Equal(0.0025, json.RootElement.GetProperty("worth_of_budgets")[1].GetProperty("requests_for_one_more_unit_a_window").GetDouble());
    }

    private static Report Small()
    {
        var report = new Report();
        var table = report.Add("Small Things", 1, "name", "size", "part", "time", "count");
        table.AddRow("a,b", null, new Part(0.125), TimeSpan.FromSeconds(9.5), 1234.567);
        table.AddRow("c", "large", new Part(0), TimeSpan.FromMinutes(90), 0L);
        report.Notes.Add("Note.");
        return report;
    }

    private static string Write(Report report, ReportFormat format)
    {
        using var output = new StringWriter();
        ReportWriter.Write(report, format, output);
        return output.ToString();
    }
}
