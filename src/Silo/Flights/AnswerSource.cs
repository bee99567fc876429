namespace ThotNet.Silo.Flights;

/// <summary>Who answers: the provider, the target <c>provider/model</c>, and the number of attempts it took.</summary>
internal sealed record AnswerSource(string Provider, string Target, int Attempts)
{
    /// <summary>The provider's model.</summary>
    public string Model => Target[(Provider.Length + 1)..];

    /// <summary>Whether it can be one: another silo has told it.</summary>
    public bool IsValid => Target.StartsWith(Provider + "/", StringComparison.Ordinal) && Attempts >= 0;
}
