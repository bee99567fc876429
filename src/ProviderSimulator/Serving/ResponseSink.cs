using System.Text;
using ThotNet.ProviderSimulator.Faults;

namespace ThotNet.ProviderSimulator.Serving;

/// <summary>Writes one response: its head, then its body in the pieces and to the end that a fault wants.</summary>
internal sealed class ResponseSink(HttpContext context, Fault? fault, TimeProvider time, CancellationToken left)
{
    private const int LongestRandomPiece = 32;

    private readonly bool _inPieces = fault is { PieceBytes: > 0 } or { RandomPieces: true };

    // From the fault's seed anew for each response: the same answer is always cut at the same places.
    private readonly Random? _random = fault is { RandomPieces: true } ? new Random(fault.Seed) : null;

    public async Task Head(int status, string contentType, IEnumerable<KeyValuePair<string, string>> headers)
    {
        await Pause(fault?.DelayHeadersMs ?? 0);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
    }

    /// <summary>A whole body at once; a fault's ending comes after half of it.</summary>
    public async Task Whole(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (fault is { Ending: FaultEnding.Stall or FaultEnding.Reset or FaultEnding.CleanEnd })
        {
            await Write(bytes.AsMemory(0, bytes.Length / 2));
            await End(fault.Ending);
            return;
        }

        if (!_inPieces)
            context.Response.ContentLength = bytes.Length;
        await Write(bytes);
    }

    /// <summary>Part of a stream, sent at once.</summary>
    public Task Part(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends the head of a stream before there is anything to say.</summary>
    public Task Flush() => context.Response.Body.FlushAsync(left);

    /// <summary>Ends the response as a fault wants it.</summary>
    public async Task End(FaultEnding ending)
    {
        if (ending == FaultEnding.Stall)
            await Task.Delay(Timeout.InfiniteTimeSpan, time, left);
        if (ending == FaultEnding.Reset)
            context.Abort();
    }

    public async Task Pause(int milliseconds)
    {
        if (milliseconds > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time, left);
    }

    private async Task Write(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            left.ThrowIfCancellationRequested();
            var wanted = _inPieces ? _random?.Next(1, LongestRandomPiece + 1) ?? fault!.PieceBytes : bytes.Length;
            var piece = bytes[..Math.Min(wanted, bytes.Length)];
            await context.Response.Body.WriteAsync(piece, left);
            await context.Response.Body.FlushAsync(left);
            bytes = bytes[piece.Length..];
        }
    }
}
