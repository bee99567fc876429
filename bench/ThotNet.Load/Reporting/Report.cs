namespace ThotNet.Load.Reporting;

/// <summary>What a run prints at its end: tables with notes, in one of three forms.</summary>
public sealed class Report
{
    /// <summary>The tables, in order.</summary>
    public List<ReportTable> Tables { get; } = [];

    /// <summary>Starts a further table.</summary>
    public ReportTable Add(string title, params string[] columns)
    {
        var table = new ReportTable(title, columns);
        Tables.Add(table);
        return table;
    }
}

/// <summary>One table. Cells are strings, <see cref="long"/>s, <see cref="double"/>s, or null for "not measured".</summary>
public sealed class ReportTable(string title, IReadOnlyList<string> columns)
{
    /// <summary>What the table shows.</summary>
    public string Title => title;

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Columns => columns;

    /// <summary>The rows; each has as many cells as there are columns.</summary>
    public List<object?[]> Rows { get; } = [];

    /// <summary>Sentences below the table.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Adds a row; cells that are left out at the end are not measured.</summary>
    public void AddRow(params object?[] cells)
    {
        var row = new object?[columns.Count];
        cells.CopyTo(row, 0);
        Rows.Add(row);
    }
}
