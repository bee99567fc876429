using System.Net;
using System.Text;

namespace ThotNet.Load.Throughput;

/// <summary>One server, or chain of servers, to be measured.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Servers">Processes whose CPU time counts, the one that listens first.</param>
/// <param name="Comparator">Name of the subject to compare it with, or empty.</param>
/// <param name="Headers">Header lines that its requests need, each with its line end.</param>
/// <param name="Stream">Whether the answers are asked for as streams; the body is longer by the field that says so.</param>
/// <param name="Proof">What an answer must contain to be what is measured; empty for nothing.</param>
public sealed record Subject(
    string Name,
    IPEndPoint Address,
    IReadOnlyList<ChildProcess> Servers,
    string Comparator = "",
    string Headers = "",
    bool Stream = false,
    string Proof = "")
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

    /// <summary>The request that is sent again and again: a chat completion with a body of 1,024 bytes, 14 more for a stream.</summary>
    public ReadOnlyMemory<byte> Request { get; } = MakeRequest(Address, Headers, Body(Stream));

    /// <summary><see cref="Proof"/> as bytes.</summary>
    public ReadOnlyMemory<byte> ProofBytes { get; } = Encoding.ASCII.GetBytes(Proof);

    /// <summary>A subject that only says why it is missing.</summary>
    public static Subject Without(string name, string why) => new(name, new IPEndPoint(IPAddress.Loopback, 0), []) { Missing = why };

    /// <summary>A text of so many characters, without any that JSON escapes.</summary>
    public static string Words(int length) => string.Concat(Enumerable.Repeat(Prompt, (length / Prompt.Length) + 1))[..length];

    private static ReadOnlyMemory<byte> MakeRequest(IPEndPoint address, string headers, string body) => Encoding.ASCII.GetBytes(
        $"POST /v1/chat/completions HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n{headers}\r\n{body}");

    // The messages are the same in both, so that a stream is served from the stored answer to the other.
    private static string Body(bool stream)
    {
        const string Start = """{"model":"auto","max_completion_tokens":16,"messages":[{"role":"user","content":" """;
        const string End = "\"}]";
        var length = BodyBytes - Start.Length - End.Length - 1;
        return Start + Words(length) + End + (stream ? ",\"stream\":true}" : "}");
    }
}
