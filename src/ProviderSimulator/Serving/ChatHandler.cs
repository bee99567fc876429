using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Control;
using ThotNet.ProviderSimulator.Dialects;
using ThotNet.ProviderSimulator.Faults;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Serving;

/// <summary>
/// <c>POST /chat/completions</c> of one provider, in the order: key, quotas, rules, faults, model. Whatever comes with a valid key counts
/// against its quotas before anything else is decided.
/// </summary>
internal sealed class ChatHandler(Provider provider, SimulatorState state, TimeProvider time, CancellationToken stopping)
{
    private static readonly Dictionary<string, string> Nothing = [];

    public async Task Handle(HttpContext context)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var record = state.Begin(provider.Name, context.Request);
        try
        {
            var body = await ReadBody(context.Request, left.Token);
            record.Keep(body, state.BodyBytesKept);
            await Answer(context, record, body, left.Token);
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

    private async Task Answer(HttpContext context, RequestRecord record, byte[] body, CancellationToken left)
    {
        var (account, keyRefusal) = provider.Authenticate(context.Request.Headers.Authorization);
        if (keyRefusal is not null)
        {
            await Send(context, record, keyRefusal, [], null, left);
            return;
        }

        record.Account = account;
        var order = Order.Read(provider, body);
        record.Model = order.Model;
        var answer = order.Call is null ? null : AnswerMaker.Make(order.Call);
        var admission = Admit(account, order, answer);
        var headers = provider.Dialect.Headers(admission, record.Number);
        var refusal = admission?.Refusal is { } full
            ? provider.Dialect.QuotaRefused(full, order.Model, account, time.GetUtcNow())
            : order.Refusal;
        if (refusal is not null)
        {
            await Send(context, record, refusal, headers, null, left);
            return;
        }

        var exchange = new Exchange(order.Call!, answer!, record.Number, time.GetUtcNow().ToUnixTimeSeconds());
        await Serve(context, record, exchange, admission!, headers, left);
    }

    /// <summary>Asks the account's quotas. Where they are per model, a request for no known model has none to ask.</summary>
    private Admission? Admit(string account, Order order, Answer? answer)
    {
        if (provider.QuotasPerModel && order.Model.Length == 0)
            return null;
        var demand = order.Call is null
            ? default
            : new Demand(order.Call.PromptTokens + order.Call.CompletionBudget, order.Call.PromptTokens + answer!.CompletionTokens);
        return state.AccountOf(provider.Name, account).Arrive(provider.QuotasPerModel ? order.Model : "", demand);
    }

    private async Task Serve(
        HttpContext context,
        RequestRecord record,
        Exchange exchange,
        Admission admission,
        IEnumerable<KeyValuePair<string, string>> headers,
        CancellationToken left)
    {
        var fault = state.Faults.Take(provider.Name, exchange.Call.Model, record.Account);
        record.Fault = fault;
        if (fault?.Status is { } status)
        {
            var body = (fault.Body ?? "").Replace("{model}", exchange.Call.Model, StringComparison.Ordinal);
            var forced = new Reply(status, body, fault.ContentType ?? "application/json") { Headers = [.. fault.Headers ?? Nothing] };
            await Send(context, record, forced, headers, fault, left);
            return;
        }

        headers = headers.Concat(provider.Dialect.SuccessHeaders(exchange));
        var sink = new ResponseSink(context, fault, time, left);
        var writer = new AnswerWriter(provider.Dialect, sink, exchange, admission, fault, state.Latency);
        state.Count(record, StatusCodes.Status200OK);
        if (exchange.Call.Stream)
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
