using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Dialects;

namespace ThotNet.ProviderSimulator.Serving;

/// <summary><c>POST /chat/completions</c>.</summary>
internal sealed class ChatOperation(ChatDialect dialect) : Operation
{
    public override Dialect Dialect => dialect;

    public override Order Take(Provider provider, JsonElement request, Receipt receipt)
    {
        var asked = dialect.ModelsAsked(request).ToList();
        var model = asked.Find(provider.Models.Contains) ?? "";
        if (dialect.Check(request) is { } problem)
            return Bad(model, problem);
        if (model.Length == 0)
            return Gone(provider, asked[0]);
        var call = ChatCallReader.Read(request, model);
        return Order.Of(new ChatJob(dialect, new Exchange(call, AnswerMaker.Make(call), receipt.Number, receipt.Created)));
    }

    private sealed class ChatJob(ChatDialect dialect, Exchange exchange) : Job
    {
        public override string Model => exchange.Call.Model;

        public override long PromptTokens => exchange.Call.PromptTokens;

        public override int CompletionBudget => exchange.Call.CompletionBudget;

        public override int CompletionTokens => exchange.Answer.CompletionTokens;

        public override bool Stream => exchange.Call.Stream;

        public override IEnumerable<KeyValuePair<string, string>> Headers => dialect.SuccessHeaders(exchange);

        public override JsonObject Whole() => dialect.Completion(exchange);

        public override IEnumerable<StreamEvent> Events() => dialect.Stream(exchange);

        public override StreamEvent StreamError(bool first) => dialect.StreamError(exchange);
    }
}
