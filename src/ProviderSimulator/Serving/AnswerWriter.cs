using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Dialects;
using ThotNet.ProviderSimulator.Faults;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Serving;

/// <summary>
/// Writes the model's answer at the model's pace, and charges its tokens. They are charged when the last token is written and before the
/// client can know that it was the last, or, when the client leaves or a fault ends the answer, at that moment and in full: a provider
/// does not stop its model for that (wire.md 2.2).
/// </summary>
internal sealed class AnswerWriter(Job job, ResponseSink sink, Admission? admission, Fault? fault, SimulatedLatency latency)
{
    private bool _settled;

    private int FirstTokenMs => fault is { DelayFirstTokenMs: > 0 } ? fault.DelayFirstTokenMs : latency.FirstTokenMs;

    private int PerTokenMs => fault is { DelayTokenMs: > 0 } ? fault.DelayTokenMs : latency.PerTokenMs;

    public async Task Whole(IEnumerable<KeyValuePair<string, string>> headers)
    {
        try
        {
            await sink.Pause(FirstTokenMs + (PerTokenMs * Math.Max(0, job.CompletionTokens - 1)));
            await sink.Head(StatusCodes.Status200OK, "application/json", headers);
            Settle();
            await sink.Whole(job.Whole().ToJsonString(Wire.Json));
        }
        finally
        {
            Settle();
        }
    }

    public async Task Stream(IEnumerable<KeyValuePair<string, string>> headers)
    {
        try
        {
            await sink.Head(StatusCodes.Status200OK, job.StreamType, headers.Append(new("Cache-Control", "no-cache")));
            await sink.Flush();
            await WriteEvents();
        }
        finally
        {
            Settle();
        }
    }

    private async Task WriteEvents()
    {
        var (data, tokens) = (0, 0);
        foreach (var part in job.Events())
        {
            if (part.Part != StreamPart.Comment && await EndsAfter(data++))
                return;
            if (part.Part == StreamPart.Token)
                await sink.Pause(tokens++ == 0 ? FirstTokenMs : PerTokenMs);
            else if (tokens > 0 || part.Part == StreamPart.Finish)
                Settle();
            await sink.Part(part.Text);
        }
    }

    /// <summary>Ends the stream if a fault wants it to have no more than <paramref name="data"/> data events.</summary>
    private async Task<bool> EndsAfter(int data)
    {
        if (fault is null or { Ending: FaultEnding.None } || data < fault.AfterChunks)
            return false;
        Settle();
        if (fault.Ending == FaultEnding.Error)
            await sink.Part(job.StreamError(first: data == 0).Text);
        else
            await sink.End(fault.Ending);
        return true;
    }

    private void Settle()
    {
        if (_settled)
            return;
        _settled = true;
        admission?.Settle(job.TotalTokens);
    }
}
