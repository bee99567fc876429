using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace ThotNet.Planner.Reports;

/// <summary>The forms in which a report can be printed.</summary>
public enum ReportFormat
{
    /// <summary>Tables for people, in plain characters: the same at a terminal, in a pipe and in a document.</summary>
    Table,

    /// <summary>One object with an array of rows for each table, for programs. Times are seconds, parts are 0 to 1.</summary>
    Json,

    /// <summary>One line for each value, <c>table,key,item,measure,value</c>, for spreadsheets. Units as in JSON.</summary>
    Csv,
}

/// <summary>Prints reports.</summary>
public static class ReportWriter
{
    // Wide enough for every table, so that no cell is broken.
    private const int Width = 1000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a report in the form asked for.</summary>
    public static void Write(Report report, ReportFormat format, TextWriter output)
    {
        if (format == ReportFormat.Json) output.WriteLine(ToJson(report));
        else if (format == ReportFormat.Csv) WriteCsv(report, output);
        else WriteTables(report, output);
    }

    private static void WriteTables(Report report, TextWriter output)
    {
        foreach (var table in report.Tables)
        {
            output.WriteLine(table.Title);
            output.WriteLine();
            foreach (var line in Draw(table)) output.WriteLine(line);
            output.WriteLine();
        }

        foreach (var note in report.Notes) output.WriteLine(note);
    }

    private static IEnumerable<string> Draw(ReportTable table)
    {
        var drawn = new Table { Border = TableBorder.Markdown };
        for (var column = 0; column < table.Columns.Count; column++)
        {
            drawn.AddColumn(new TableColumn(new Text(table.Columns[column])) { Alignment = IsText(table, column) ? Justify.Left : Justify.Right });
        }

        foreach (var row in table.Rows) drawn.AddRow(row.Select(cell => new Text(Show(cell))));
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var console = AnsiConsole.Create(new()
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = Width;
        console.Write(drawn);
        return text.ToString().Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0);
    }

    private static string ToJson(Report report)
    {
        var tables = report.Tables.ToDictionary(
            table => NameOf(table.Title),
            object (table) => table.Rows.Select(row => row.Index().ToDictionary(cell => MeasureOf(table, cell.Index), cell => ValueOf(cell.Item))));
        if (report.Notes.Count > 0) tables["notes"] = report.Notes;
        return JsonSerializer.Serialize(tables, Indented);
    }

    private static void WriteCsv(Report report, TextWriter output)
    {
        output.WriteLine("table,key,item,measure,value");
        foreach (var table in report.Tables)
        {
            foreach (var row in table.Rows)
            {
                var key = $"{NameOf(table.Title)},{Quote(row[0])},{(table.Keys > 1 ? Quote(row[1]) : "")}";
                for (var column = table.Keys; column < row.Length; column++) output.WriteLine($"{key},{MeasureOf(table, column)},{Quote(row[column])}");
            }
        }
    }

    private static bool IsText(ReportTable table, int column) => table.Rows.TrueForAll(row => row[column] is string or null);

    private static string NameOf(string title) => title.Replace(' ', '_').ToLowerInvariant();

    private static string MeasureOf(ReportTable table, int column) =>
        NameOf(table.Columns[column]) + (table.Rows.Exists(row => row[column] is TimeSpan) ? "_seconds" : "");

    private static object? ValueOf(object? cell) => cell switch
    {
        Part part => part.Value,
        TimeSpan time => time.TotalSeconds,
        _ => cell,
    };

    private static string Quote(object? cell)
    {
        var text = Convert.ToString(ValueOf(cell), CultureInfo.InvariantCulture) ?? "";
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Show(object? cell) => cell switch
    {
        null => "-",
        Part part => part.Value.ToString("0.0 %", CultureInfo.InvariantCulture),
        TimeSpan time => ShowTime(time),
        double number => number.ToString(Math.Abs(number) < 1 ? "0.######" : "#,0.##", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString("#,0", CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "-",
    };

    private static string ShowTime(TimeSpan time) =>
        time < TimeSpan.FromMinutes(2) ? time.TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture)
        : time.ToString(time.Days > 0 ? "d'd 'hh':'mm':'ss" : "hh':'mm':'ss", CultureInfo.InvariantCulture);
}
