using System.Text;

namespace ThotNet.EndToEnd.Tests;

/// <summary>What a raw reader of a stream saw: its lines, and whether the body ended properly.</summary>
public sealed record SseLog(IReadOnlyList<string> Data, IReadOnlyList<string> Comments, IReadOnlyList<string> Other, bool Broken)
{
    // A stream that neither ends nor breaks must fail the test, not hold it up.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public bool HasDone => Data.Contains("[DONE]");

    /// <summary>Reads to the end, or to the break.</summary>
    public static async Task<SseLog> ReadAsync(HttpResponseMessage response)
    {
        List<string> data = [], comments = [], other = [];
        using var bound = new CancellationTokenSource(Patience);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8);
        try
        {
            while (await reader.ReadLineAsync(bound.Token) is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    data.Add(line[6..]);
                }
                else if (line.StartsWith(':'))
                {
                    comments.Add(line);
                }
                else if (line.Length > 0)
                {
                    other.Add(line);
                }
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new SseLog(data, comments, other, Broken: true);
        }

        return new SseLog(data, comments, other, Broken: false);
    }
}
