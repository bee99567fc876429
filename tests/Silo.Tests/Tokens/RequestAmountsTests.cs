using System.Collections.Immutable;
using System.Text;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Routing;
using ThotNet.Routing.Tokens;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Tests.Tokens;

/// <summary>What is reserved for a request and what is settled after an attempt, metric by metric.</summary>
public sealed class RequestAmountsTests
{
    private static readonly TargetDefinition Target = new("acme", "model-1", ImmutableArray<string>.Empty, 1, "q", Capabilities.None, 100);
    private static readonly TargetDefinition Paid = Target with { InputPrice = 0.15m, OutputPrice = 0.6m };

    [Fact]
    public void Reserved_NoLimitOfTheCaller_TakesTheTargetsCap() =>
        Assert.Equal(new QuotaAmounts(1, 109, 9, 100, 0, 1), RequestAmounts.Reserved(Chat(""), Target, PromptScale.Initial));

    [Theory]
    [InlineData("\"max_tokens\":7,", 7)]
    [InlineData("\"max_completion_tokens\":8,\"max_tokens\":7,", 8)]
    [InlineData("\"n\":3,", 300)]
    [InlineData("\"n\":3,\"max_tokens\":7,", 21)]
    [InlineData("\"max_tokens\":2147483647,\"n\":128,", 274_877_906_816)]
    [InlineData("\"reasoning_effort\":\"high\",", 100)]
    [InlineData("\"tool_choice\":\"none\",\"parallel_tool_calls\":true,", 100)]
    public void Reserved_Output_IsTheLimitForEachChoice(string fields, long output) =>
        Assert.Equal(output, RequestAmounts.Reserved(Chat(fields), Target, PromptScale.Initial).OutputTokens);

    [Fact]
    public void Reserved_Prices_GiveTheCostRoundedUp() =>
        Assert.Equal(62, RequestAmounts.Reserved(Chat(""), Paid, PromptScale.Initial).Cost);

    [Fact]
    public void Reserved_Embeddings_WriteNothing()
    {
        Assert.Null(EmbeddingsRequestReader.Read("""{"model":"m","input":[[1,2,3]]}"""u8.ToArray(), out var request));

        Assert.Equal(new QuotaAmounts(1, 3, 3, 0, 1, 1), RequestAmounts.Reserved(request!, Paid, PromptScale.Initial));
    }

    [Theory]
    [InlineData(5, 7, 0, 5, 7)]
    [InlineData(5, 7, 12, 5, 7)]
    [InlineData(5, 7, 30, 5, 25)]
    [InlineData(0, 0, 30, 0, 30)]
    [InlineData(5, 0, 5, 5, 0)]
    [InlineData(50, 7, 12, 50, 7)]
    public void Spent_Usage_IsWhatWasCountedAndTheRestOfTheTotalIsOutput(long prompt, long completion, long total, long input, long output) =>
        Assert.Equal(
            new QuotaAmounts(1, input + output, input, output, 0, 1),
            RequestAmounts.Spent(new AttemptOutcome(AttemptResult.Answered, Usage: new TokenUsage(prompt, completion, total)), Target));

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(20, 0, 3)]
    [InlineData(21, 0, 4)]
    [InlineData(1_000_000, 1_000_000, 750_000)]
    [InlineData(4_000_000_000_000_000, 4_000_000_000_000_000, 3_000_000_000_000_000)]
    public void Spent_Prices_GiveMillionthsOfADollarRoundedUp(long prompt, long completion, long cost) =>
        Assert.Equal(
            cost, RequestAmounts.Spent(new AttemptOutcome(AttemptResult.Answered, Usage: new TokenUsage(prompt, completion, 0)), Paid)!.Value.Cost);

    [Theory]
    [InlineData(AttemptResult.Answered)]
    [InlineData(AttemptResult.Failed)]
    [InlineData(AttemptResult.Broken)]
    [InlineData(AttemptResult.CallerLeft)]
    public void Spent_NoUsage_IsUnknown(object result) => Assert.Null(RequestAmounts.Spent(new AttemptOutcome((AttemptResult)result), Target));

    [Theory]
    [InlineData(AttemptResult.Answered)]
    [InlineData(AttemptResult.CallerLeft)]
    public void Spent_AnswerThatCountsNothing_IsUnknown(object result) =>
        Assert.Null(RequestAmounts.Spent(new AttemptOutcome((AttemptResult)result, Usage: new TokenUsage(0, 0, 0)), Paid));

    [Fact]
    public void Spent_FailureThatCountsNothing_CostsNoTokens() =>
        Assert.Equal(
            QuotaAmounts.OfRequest(0, 0), RequestAmounts.Spent(new AttemptOutcome(AttemptResult.Failed, Usage: new TokenUsage(0, 0, 0)), Paid));

    [Fact]
    public void Spent_Refusal_CostsNoTokens() =>
        Assert.Equal(QuotaAmounts.OfRequest(0, 0), RequestAmounts.Spent(new AttemptOutcome(AttemptResult.Failed) { Refused = true }, Paid));

    private static ChatRequest Chat(string fields)
    {
        var body = $$"""{"model":"m",{{fields}}"messages":[{"role":"user","content":"hi"}]}""";
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));
        return request!;
    }
}
