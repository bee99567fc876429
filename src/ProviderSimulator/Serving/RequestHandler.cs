using ThotNet.ProviderSimulator.Control;
using ThotNet.ProviderSimulator.Dialects;
using ThotNet.ProviderSimulator.Faults;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Serving;

/// <summary>
/// Serves the requests to one provider's models, in the order: key, quotas, rules, faults, model. Whatever comes with a valid key counts
/// against its quotas before anything else is decided.
/// </summary>
internal sealed class RequestHandler(Provider provider, SimulatorState state, TimeProvider time, CancellationToken stopping)
{
    private static readonly Dictionary<string, string> Nothing = [];

    public async Task Handle(HttpContext context, Operation operation)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var record = state.Begin(provider.Name, context.Request);
        try
        {
            var body = await ReadBody(context.Request, left.Token);
            record.Keep(body, state.BodyBytesKept);
            await Answer(context, operation, record, body, left.Token);
            record.Outcome = record.Fault is { Ending: not FaultEnding.None } ? RequestOutcome.CutByFault : RequestOutcome.Completed;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && left.IsCancellationRequested)
        {
            record.Outcome = RequestOutcome.ClientLeft;
            context.Abort();
        }
        finally
        {
            state.End(record);
        }
    }

    private async Task Answer(HttpContext context, Operation operation, RequestRecord record, byte[] body, CancellationToken left)
    {
        var dialect = operation.Dialect;
        var (account, keyRefusal) = provider.Authenticate(dialect, context.Request);
        if (keyRefusal is not null)
        {
            await Send(context, record, keyRefusal, [], null, left);
            return;
        }

        record.Account = account;
        var order = Order.Read(provider, operation, body, new Receipt(record.Number, time.GetUtcNow().ToUnixTimeSeconds()));
        record.Model = order.Model;
        var admission = operation.UsesQuotas ? Admit(account, order) : null;
        var headers = dialect.Headers(admission, record.Number);
        var refusal = admission?.Refusal is { } full
            ? dialect.QuotaRefused(full, order.Model, account, time.GetUtcNow())
            : order.Refusal;
        if (refusal is not null)
        {
            await Send(context, record, refusal, headers, null, left);
            return;
        }

        await Serve(context, record, order.Job!, admission, headers, left);
    }

    /// <summary>Asks the account's quotas. Where they are per model, a request for no known model has none to ask.</summary>
    private Admission? Admit(string account, Order order)
    {
        if (provider.QuotasPerModel && order.Model.Length == 0)
            return null;
        var demand = order.Job is { } job ? new Demand(job.PromptTokens + job.CompletionBudget, job.TotalTokens) : default;
        return state.AccountOf(provider.Name, account).Arrive(provider.QuotasPerModel ? order.Model : "", demand);
    }

    private async Task Serve(
        HttpContext context,
        RequestRecord record,
        Job job,
        Admission? admission,
        IEnumerable<KeyValuePair<string, string>> headers,
        CancellationToken left)
    {
        var fault = state.Faults.Take(provider.Name, job.Model, record.Account);
        record.Fault = fault;
        if (fault?.Status is { } status)
        {
            var body = (fault.Body ?? "").Replace("{model}", job.Model, StringComparison.Ordinal);
            var forced = new Reply(status, body, fault.ContentType ?? "application/json") { Headers = [.. fault.Headers ?? Nothing] };
            await Send(context, record, forced, headers, fault, left);
            return;
        }

        headers = headers.Concat(job.Headers);
        var sink = new ResponseSink(context, fault, time, left);
        var writer = new AnswerWriter(job, sink, admission, fault, state.Latency);
        state.Count(record, StatusCodes.Status200OK);
        if (job.Stream)
            await writer.Stream(headers);
        else
            await writer.Whole(headers);
    }

    private async Task Send(
        HttpContext context,
        RequestRecord record,
        Reply reply,
        IEnumerable<KeyValuePair<string, string>> headers,
        Fault? fault,
        CancellationToken left)
    {
        state.Count(record, reply.Status);
        var sink = new ResponseSink(context, fault, time, left);
        await sink.Head(reply.Status, reply.ContentType, headers.Concat(reply.Headers));
        await sink.Whole(reply.Body);
    }

    private static async Task<byte[]> ReadBody(HttpRequest request, CancellationToken left)
    {
        using var buffer = new MemoryStream((int)(request.ContentLength is > 0 and < 1 << 20 ? request.ContentLength.Value : 4096));
        await request.Body.CopyToAsync(buffer, left);
        return buffer.Length == buffer.Capacity ? buffer.GetBuffer() : buffer.ToArray();
    }
}
