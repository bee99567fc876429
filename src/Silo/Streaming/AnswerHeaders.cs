using System.Globalization;

namespace ThotNet.Silo.Streaming;

/// <summary>What the headers say of an answer.</summary>
/// <param name="Provider">Who answers.</param>
/// <param name="Model">The provider's model.</param>
/// <param name="Attempts">1 for the first attempt, 0 if there was none.</param>
/// <param name="Age">How long the answer has been in the cache; null for one that was not there.</param>
internal sealed record AnswerHeaders(string Provider, string Model, int Attempts, TimeSpan? Age)
{
    /// <summary>Writes them.</summary>
    public void WriteTo(IHeaderDictionary headers)
    {
        headers["x-thotnet-provider"] = Provider;
        headers["x-thotnet-model"] = Model;
        headers["x-thotnet-attempts"] = Attempts.ToString(CultureInfo.InvariantCulture);
        if (Age is { } age)
        {
            headers.Age = ((long)Math.Max(0, age.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
    }
}
