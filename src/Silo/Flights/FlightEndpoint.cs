using System.IO.Pipelines;

namespace ThotNet.Silo.Flights;

/// <summary><c>GET /internal/flights/{id}</c>: lets another silo follow a flight of this one, from its first byte to its end, as it happens.</summary>
internal static class FlightEndpoint
{
    /// <summary>How long nothing may be said: a follower can tell a provider that thinks from a leader that is gone.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    private const string Prefix = "/internal/flights/";

    /// <summary>Maps the endpoint, for other silos only.</summary>
    public static void MapFlights(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Prefix + "{id:guid}", FollowAsync).AddEndpointFilter<PeerFilter>();

    /// <summary>The path under which a flight is followed.</summary>
    public static string PathOf(Guid flight) => $"{Prefix}{flight:N}";

    private static async Task FollowAsync(HttpContext http, Guid id, IFlightSource flights, TimeProvider time)
    {
        using var reading = flights.Find(id);
        if (reading is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.ContentType = "application/octet-stream";
        var output = http.Response.BodyWriter;

        // So that the follower knows at once that there is a flight.
        await output.FlushAsync(http.RequestAborted);
        await SendAsync(reading.Record, output, time, http.RequestAborted);
    }

    private static async Task SendAsync(AnswerRecord record, PipeWriter output, TimeProvider time, CancellationToken left)
    {
        long position = 0;
        while (await WaitAsync(record, position, output, time, left))
        {
            if (position == 0)
            {
                Describe(record, output);
            }

            position = await SendBytesAsync(record, position, output, left);
        }

        if (position == 0)
        {
            Describe(record, output);
        }

        WriteEnd(record, output);
        await output.FlushAsync(left);
    }

    // Each segment by itself, so that a slow follower holds up its own bytes only and they do not pile up here.
    private static async ValueTask<long> SendBytesAsync(AnswerRecord record, long position, PipeWriter output, CancellationToken left)
    {
        var rest = record.Read(position);
        position += rest.Length;
        while (!rest.IsEmpty)
        {
            var segment = rest.First;
            rest = rest.Slice(segment.Length);
            FlightFrames.WriteBytes(output, segment.Span, isPart: !rest.IsEmpty);
            await output.FlushAsync(left);
        }

        return position;
    }

    // Before the first byte who answers may still change.
    private static void Describe(AnswerRecord record, PipeWriter output)
    {
        FlightFrames.WriteForm(output, record.IsStream);
        if (record.Source is { } source)
        {
            FlightFrames.WriteSource(output, source);
        }
    }

    private static void WriteEnd(AnswerRecord record, PipeWriter output)
    {
        switch (record.End)
        {
            case RecordEnd.Answered:
                FlightFrames.WriteAnswered(output, record.Usage);
                break;
            case RecordEnd.Failed:
                FlightFrames.WriteFailed(output, record.Error!);
                break;
            case RecordEnd.HandedOver:
                FlightFrames.WriteHandedOver(output);
                break;
            default:
                throw new InvalidOperationException("The record has not ended.");
        }
    }

    private static async ValueTask<bool> WaitAsync(AnswerRecord record, long position, PipeWriter output, TimeProvider time, CancellationToken left)
    {
        var more = record.WaitAsync(position, left);
        return more.IsCompleted ? await more : await BeatUntilAsync(more.AsTask(), record, output, time, left);
    }

    private static async Task<bool> BeatUntilAsync(Task<bool> more, AnswerRecord record, PipeWriter output, TimeProvider time, CancellationToken left)
    {
        while (true)
        {
            await ((Task)more).WaitAsync(Heartbeat, time, left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (more.IsCompleted || left.IsCancellationRequested)
            {
                return await more;
            }

            FlightFrames.WriteHeartbeat(output, record.IsAsked);
            await output.FlushAsync(left);
        }
    }
}
