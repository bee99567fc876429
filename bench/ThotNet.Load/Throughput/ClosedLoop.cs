using System.Net.Sockets;
using ThotNet.Load.Measure;

namespace ThotNet.Load.Throughput;

/// <summary>What one closed loop measured.</summary>
/// <param name="Served">Answers with status 200 and the subject's proof.</param>
/// <param name="Errors">All other ends.</param>
/// <param name="Duration">Length of the measurement.</param>
/// <param name="Latency">Times of the served ones.</param>
public sealed record LoopResult(long Served, long Errors, TimeSpan Duration, LatencyHistogram Latency);

/// <summary>Connections that each send the next request when the answer to the last one is there.</summary>
public sealed class ClosedLoop(Subject subject, int connections, TimeProvider time)
{
    private static readonly TimeSpan LongestExchange = TimeSpan.FromSeconds(30);

    /// <summary>Runs for the given time.</summary>
    public async Task<LoopResult> RunAsync(TimeSpan duration, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        using var bound = new CancellationTokenSource(duration + LongestExchange, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellation);
        var workers = Enumerable.Range(0, connections).Select(_ => Task.Run(() => WorkAsync(start, duration, either.Token), cancellation)).ToArray();
        var parts = await Task.WhenAll(workers);
        var latency = new LatencyHistogram();
        foreach (var part in parts) latency.Add(part.Latency);
        return new LoopResult(parts.Sum(part => part.Served), parts.Sum(part => part.Errors), time.GetElapsedTime(start), latency);
    }

    private async Task<LoopResult> WorkAsync(long start, TimeSpan duration, CancellationToken cancellation)
    {
        var latency = new LatencyHistogram();
        long errors = 0;
        HttpConnection? connection = null;
        var proven = false;
        Action<ReadOnlyMemory<byte>> check = answer => proven = answer.Span.IndexOf(subject.ProofBytes.Span) >= 0;
        try
        {
            while (time.GetElapsedTime(start) < duration)
            {
                var begun = time.GetTimestamp();
                try
                {
                    connection ??= await HttpConnection.ConnectAsync(subject.Address, cancellation);
                    if (await connection.ExchangeAsync(subject.Request, cancellation, check) == 200 && proven) latency.Record(time.GetElapsedTime(begun));
                    else errors++;
                }
                catch (Exception e) when (e is IOException or SocketException or FormatException)
                {
                    errors++;
                    connection?.Dispose();
                    connection = null;
                }
            }
        }
        finally
        {
            connection?.Dispose();
        }

        return new LoopResult(latency.Count, errors, duration, latency);
    }
}
