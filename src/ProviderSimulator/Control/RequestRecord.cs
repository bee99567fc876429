using System.Text;
using ThotNet.ProviderSimulator.Faults;

namespace ThotNet.ProviderSimulator.Control;

/// <summary>How a request ended.</summary>
public enum RequestOutcome
{
    /// <summary>It has not ended yet.</summary>
    InProgress,

    /// <summary>The whole answer was sent, be it a success or an error.</summary>
    Completed,

    /// <summary>A fault ended the answer early.</summary>
    CutByFault,

    /// <summary>The client closed the connection, or the simulator stopped.</summary>
    ClientLeft,
}

/// <summary>A request as it came, for tests that look at what was sent.</summary>
/// <param name="Number">Its number, from 1, in order of arrival.</param>
/// <param name="At">When it came.</param>
/// <param name="Provider">The provider asked.</param>
/// <param name="Account">The account of its key; empty when the key was refused.</param>
/// <param name="Model">The model that served it; empty when none did.</param>
/// <param name="Path">The path asked.</param>
/// <param name="Headers">Its headers in small letters, with the values of keys and cookies replaced by their length.</param>
/// <param name="Body">Its body as received, cut at <see cref="Configuration.SimulatorOptions.RequestLogBodyBytes"/>.</param>
/// <param name="Status">Status of the answer; 0 before one is decided.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Fault">The fault that struck it, or null.</param>
public sealed record ReceivedRequest(
    long Number,
    DateTimeOffset At,
    string Provider,
    string Account,
    string Model,
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    string Body,
    int Status,
    RequestOutcome Outcome,
    Fault? Fault);

/// <summary>A request while it is worked on. Written by the thread that serves it; readers may see a state of a moment ago.</summary>
internal sealed class RequestRecord(long number, DateTimeOffset at, string provider, HttpRequest request)
{
    private static readonly HashSet<string> Secrets = new(StringComparer.OrdinalIgnoreCase)
    {
        "authorization", "x-goog-api-key", "api-key", "x-api-key", "cookie", "proxy-authorization",
    };

    private readonly string _path = request.Path;
    private readonly KeyValuePair<string, string>[] _headers =
        [.. request.Headers.Select(header => Visible(header.Key, header.Value.ToString()))];

    private byte[] _kept = [];

    public long Number => number;

    public string Provider => provider;

    public string Account { get; set; } = "";

    public string Model { get; set; } = "";

    public int Status { get; set; }

    public RequestOutcome Outcome { get; set; }

    public Fault? Fault { get; set; }

    /// <summary>Keeps at most <paramref name="bytes"/> of the body, so that the log does not hold a long one in memory.</summary>
    public void Keep(byte[] body, int bytes) => _kept = body.Length <= bytes ? body : body[..bytes];

    public ReceivedRequest View() => new(
        number,
        at,
        provider,
        Account,
        Model,
        _path,
        new Dictionary<string, string>(_headers),
        Encoding.UTF8.GetString(_kept),
        Status,
        Outcome,
        Fault);

    private static KeyValuePair<string, string> Visible(string name, string value) =>
        new(name.ToLowerInvariant(), Secrets.Contains(name) ? $"({value.Length} characters)" : value);
}
