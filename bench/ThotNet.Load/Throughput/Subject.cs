using System.Net;
using System.Text;

namespace ThotNet.Load.Throughput;

/// <summary>One server, or chain of servers, to be measured.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Servers">Processes whose CPU time counts.</param>
/// <param name="Comparator">Name of the subject to compare it with, or empty.</param>
/// <param name="Headers">Header lines that its requests need, each with its line end.</param>
public sealed record Subject(string Name, IPEndPoint Address, IReadOnlyList<ChildProcess> Servers, string Comparator = "", string Headers = "")
{
    private const int BodyBytes = 1024;

    // Words as people write them: the silo counts their tokens, and one long word would take many times as long.
    private const string Prompt =
        "Please summarise the following notes of our meeting for somebody who could not come. We spoke about the release in March, which depends on three "
        + "things: the translation of the handbook, the new invoices, and a fix for the search that Maria found too slow with more than 20,000 entries. "
        + "Two customers have asked when they may try it; nobody wants to promise a date before the tests have run for a week. The budget for servers "
        + "stays as it is until summer, but we should look at what the nightly jobs cost. Open questions: who answers the phone in the holidays, and do we "
        + "still need the old export? Write at most five sentences, name the dates, and end with a list of what has to be decided next time. ";

    /// <summary>Why it cannot be measured here; empty if it can.</summary>
    public string Missing { get; init; } = "";

    /// <summary>The request that is sent again and again: a chat completion with a body of 1,024 bytes.</summary>
    public ReadOnlyMemory<byte> Request { get; } = Encoding.ASCII.GetBytes(
        $"POST /v1/chat/completions HTTP/1.1\r\nHost: {Address}\r\nContent-Type: application/json\r\nContent-Length: {BodyBytes}\r\n{Headers}\r\n{Body()}");

    /// <summary>A subject that only says why it is missing.</summary>
    public static Subject Without(string name, string why) => new(name, new IPEndPoint(IPAddress.Loopback, 0), []) { Missing = why };

    private static string Body()
    {
        const string Start = """{"model":"auto","max_completion_tokens":16,"messages":[{"role":"user","content":" """;
        const string End = "\"}]}";
        var length = BodyBytes - Start.Length - End.Length;
        return Start + string.Concat(Enumerable.Repeat(Prompt, (length / Prompt.Length) + 1))[..length] + End;
    }
}
