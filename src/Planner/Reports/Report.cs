namespace ThotNet.Planner.Reports;

/// <summary>What a command prints: tables with notes.</summary>
public sealed class Report
{
    /// <summary>The tables, in order.</summary>
    public List<ReportTable> Tables { get; } = [];

    /// <summary>Sentences below the tables.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Starts a further table.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="keys">How many of the first columns say what a row is about: 1 or 2.</param>
    /// <param name="columns">Names of the columns.</param>
    public ReportTable Add(string title, int keys, params string[] columns)
    {
        var table = new ReportTable(title, keys, columns);
        Tables.Add(table);
        return table;
    }
}

/// <summary>One table. Cells are strings, numbers, <see cref="Part"/>s, <see cref="TimeSpan"/>s, or null for "none".</summary>
/// <param name="title">What the table shows.</param>
/// <param name="keys">How many of the first columns say what a row is about.</param>
/// <param name="columns">Names of the columns.</param>
public sealed class ReportTable(string title, int keys, IReadOnlyList<string> columns)
{
    /// <summary>What the table shows.</summary>
    public string Title => title;

    /// <summary>How many of the first columns say what a row is about.</summary>
    public int Keys => keys;

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Columns => columns;

    /// <summary>The rows; each has as many cells as there are columns.</summary>
    public List<object?[]> Rows { get; } = [];

    /// <summary>Adds a row with a cell for each column.</summary>
    public void AddRow(params object?[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, columns.Count);
        Rows.Add(cells);
    }
}

/// <summary>A part of a whole, shown to people as per cent and to programs as it is.</summary>
/// <param name="Value">0 to 1, or above when there is more than the whole.</param>
public readonly record struct Part(double Value);
