using ThotNet.Planner.Traces;

namespace ThotNet.Planner.Projection;

/// <summary>What a day is like that is projected.</summary>
/// <param name="Users">Users a day.</param>
/// <param name="RequestsPerUser">Requests of each.</param>
/// <param name="TokensPerRequest">Tokens of each request, prompt and output together.</param>
/// <param name="OutputPart">The part of the tokens that is output, 0 to 1.</param>
/// <param name="BrowserPart">The part of the requests that is answered in the users' browsers at no cost, 0 to 1.</param>
/// <param name="Curve">How requests spread over the day.</param>
/// <param name="InputPrice">What a million prompt tokens cost that do not fit, in US dollars.</param>
/// <param name="OutputPrice">What a million output tokens cost that do not fit, in US dollars.</param>
public sealed record ProjectionInput(
    int Users, double RequestsPerUser, int TokensPerRequest, double OutputPart, double BrowserPart, TraceCurve Curve, double InputPrice, double OutputPrice)
{
    /// <summary>Requests a day.</summary>
    public long Requests => (long)Math.Round(Users * RequestsPerUser);

    /// <summary>Output tokens of each request.</summary>
    public int OutputTokens => (int)Math.Round(TokensPerRequest * OutputPart);

    /// <summary>What a request costs that does not fit, in US dollars.</summary>
    public double Price => (((TokensPerRequest - OutputTokens) * InputPrice) + (OutputTokens * OutputPrice)) / 1e6;
}
