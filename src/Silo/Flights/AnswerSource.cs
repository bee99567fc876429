namespace ThotNet.Silo.Flights;

/// <summary>Who answers: the provider, the target <c>provider/model</c>, and the number of attempts it took.</summary>
internal readonly record struct AnswerSource(string Provider, string Target, int Attempts);
