using System.IO.Pipelines;
using System.Net;
using ThotNet.Hosting.Security;

namespace ThotNet.Silo.Flights;

/// <summary>Follows flights of other silos.</summary>
internal sealed class FlightClient : IDisposable
{
    /// <summary>How long a leader may say nothing: some heartbeats.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    // A silo on the same network answers in milliseconds or not at all.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    private readonly GatewaySecret _secret;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;

    public FlightClient(GatewaySecret secret, TimeProvider time)
    {
        _secret = secret;
        _time = time;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
        });
    }

    /// <summary>Copies what a flight says into a record, as it comes.</summary>
    /// <param name="silo">Where the leader's silo is, as the flight's grain has told.</param>
    /// <param name="flight">The leader's flight.</param>
    /// <param name="into">An open record without bytes. It is ended here only when the leader's has an answer or has failed.</param>
    /// <param name="cancel">Ends the following.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<FollowEnd> FollowAsync(Uri silo, Guid flight, AnswerRecord into, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.Length, 0);
        using var silence = new CancellationTokenSource(Silence, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancel);
        try
        {
            using var request = RequestFor(silo, flight);
            using var response = await _http.SendAsync(request, either.Token);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await CopyAsync(response, into, silence, either.Token),
                HttpStatusCode.NotFound => FollowEnd.Gone,
                _ => FollowEnd.Lost,
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return FollowEnd.Lost;
        }
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose() => _http.Dispose();

    private HttpRequestMessage RequestFor(Uri silo, Guid flight)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(silo, FlightEndpoint.PathOf(flight)))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (_secret.IsConfigured)
        {
            request.Headers.TryAddWithoutValidation(GatewaySecret.Header, _secret.Value);
        }

        return request;
    }

    private static async Task<FollowEnd> CopyAsync(HttpResponseMessage response, AnswerRecord into, CancellationTokenSource silence, CancellationToken cancel)
    {
        using var copy = new FlightCopy(into);
        var input = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancel));
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(cancel);
                silence.CancelAfter(Silence);
                var rest = read.Buffer;
                if (copy.Take(ref rest) is { } end)
                {
                    return end;
                }

                if (read.IsCompleted)
                {
                    return FollowEnd.Lost;
                }

                input.AdvanceTo(rest.Start, rest.End);
            }
        }
        finally
        {
            await input.CompleteAsync();
        }
    }
}
