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
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

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
        double number => number.ToString(Math.Abs(number) >= 100 ? "#,0" : "0.##", CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "-",
    };

    private static string ToJson(Report report)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Indented))
        {
            writer.WriteStartArray();
            foreach (var table in report.Tables) WriteTable(writer, table);
            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void WriteTable(Utf8JsonWriter writer, ReportTable table)
    {
        writer.WriteStartObject();
        writer.WriteString("title", table.Title);
        writer.WriteStartArray("rows");
        foreach (var row in table.Rows)
        {
            writer.WriteStartObject();
            for (var i = 0; i < row.Length; i++)
            {
                writer.WritePropertyName(table.Columns[i]);
                JsonSerializer.Serialize(writer, row[i]);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("notes");
        foreach (var note in table.Notes) writer.WriteStringValue(note);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
