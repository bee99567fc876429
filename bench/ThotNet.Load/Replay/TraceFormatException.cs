namespace ThotNet.Load.Replay;

/// <summary>A trace that cannot be replayed; the message names the line.</summary>
public sealed class TraceFormatException : Exception
{
    /// <summary>Makes the exception for a line, counted from 1 with the header.</summary>
    public TraceFormatException(int line, string problem)
        : base($"line {line}: {problem}")
    {
        Line = line;
    }

    /// <summary>The line at fault, counted from 1 with the header.</summary>
    public int Line { get; }
}
