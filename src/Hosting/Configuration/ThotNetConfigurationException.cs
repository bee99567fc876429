namespace ThotNet.Hosting.Configuration;

/// <summary>The configuration cannot be used. Holds every mistake found, not only the first.</summary>
public sealed class ThotNetConfigurationException : Exception
{
    /// <summary>The exit code of a process that ends for this reason: 78, EX_CONFIG of sysexits.h.</summary>
    public const int ExitCode = 78;

    /// <summary>Makes the exception from the mistakes.</summary>
    /// <param name="errors">One line each: the setting's path, what is wrong, what is allowed. At least one; never a secret's value.</param>
    public ThotNetConfigurationException(IReadOnlyList<string> errors)
        : base(string.Join(Environment.NewLine, errors)) => Errors = errors;

    /// <summary>One line for each mistake.</summary>
    public IReadOnlyList<string> Errors { get; }
}
