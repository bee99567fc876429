using System.Globalization;
using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace ThotNet.Load.Reporting;

/// <summary>The forms in which a report can be printed.</summary>
public enum ReportFormat
{
    /// <summary>Drawn tables, for people at a terminal.</summary>
    Table,

    /// <summary>Markdown tables, for documents.</summary>
    Markdown,

    /// <summary>An array of tables with their rows as objects, for programs.</summary>
    Json,
}

/// <summary>Prints reports.</summary>
public static class ReportWriter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes the report to the output in the form asked for.</summary>
    public static void Write(Report report, ReportFormat format, TextWriter output)
    {
        if (format == ReportFormat.Json) output.WriteLine(ToJson(report));
        else if (format == ReportFormat.Markdown) output.Write(ToMarkdown(report));
        else WriteTables(report, output);
    }

    private static void WriteTables(Report report, TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (Console.IsOutputRedirected) console.Profile.Width = 160;
        foreach (var table in report.Tables)
        {
            var drawn = new Table { Title = new TableTitle(Markup.Escape(table.Title)), Border = TableBorder.Rounded };
            for (var i = 0; i < table.Columns.Count; i++)
            {
                drawn.AddColumn(new TableColumn(Markup.Escape(table.Columns[i])) { Alignment = IsNumeric(table, i) ? Justify.Right : Justify.Left });
            }

            foreach (var row in table.Rows) drawn.AddRow([.. row.Select(cell => new Text(Format(cell)))]);
            console.Write(drawn);
            foreach (var note in table.Notes) console.WriteLine(note);
        }
    }

    private static string ToMarkdown(Report report)
    {
        var text = new StringBuilder();
        foreach (var table in report.Tables)
        {
            text.Append("### ").AppendLine(table.Title).AppendLine();
            AppendRow(text, table.Columns);
            AppendRow(text, table.Columns.Select((_, i) => IsNumeric(table, i) ? "---:" : "---"));
            foreach (var row in table.Rows) AppendRow(text, row.Select(cell => Format(cell).Replace("|", "\\|", StringComparison.Ordinal)));
            text.AppendLine();
            foreach (var note in table.Notes) text.AppendLine(note).AppendLine();
        }

        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");

    private static bool IsNumeric(ReportTable table, int column) => table.Rows.Exists(row => row[column] is long or double);

    private static string Format(object? cell) => cell switch
    {
        null => "-",
        long number => number.ToString("#,0", CultureInfo.InvariantCulture),
        // The zero added makes a positive zero of what would be written "-0".
        double number => (Math.Round(number, 2) + 0).ToString(Math.Abs(number) >= 100 ? "#,0" : "0.##", CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "-",
    };

    private static string ToJson(Report report) => JsonSerializer.Serialize(
        report.Tables.Select(table => new
        {
            title = table.Title,
            rows = table.Rows.Select(row => table.Columns.Zip(row).ToDictionary(cell => cell.First, cell => cell.Second)),
            notes = table.Notes,
        }),
        Indented);
}
