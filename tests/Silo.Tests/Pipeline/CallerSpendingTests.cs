using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Tests.Quota;

namespace ThotNet.Silo.Tests.Pipeline;

/// <summary>What a request costs its caller, by how its attempts ended. Each holds 1 request and 100 tokens.</summary>
public sealed class CallerSpendingTests
{
    private static readonly AttemptOutcome Failed = AttemptOutcome.Fail(new(FailureClass.Transient, 500, "no"), contentSent: false);
    private static readonly AttemptOutcome Unreachable = Failed with { Unsent = true };
    private static readonly AttemptOutcome Broken = AttemptOutcome.Fail(new(FailureClass.BrokenStream, 0, "no"), contentSent: true);

    private static readonly TargetDefinition Target = new("p", "m", [], 1, "q", Capabilities.None, 40);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeAuthority _authority;
    private readonly LeaseBook _book;

    public CallerSpendingTests()
    {
        _authority = new(_time, Minute(BudgetMetric.Requests, 10), Minute(BudgetMetric.Tokens, 1000));
        _book = new(_authority.AsFactory(), new FakeSilo(), new([], []), _time, NullLogger<LeaseBook>.Instance);
    }

    [Fact]
    public async Task NoAttempt_GivesAllBack() => Assert.Equal((0, 0), await SpendAsync());

    [Fact]
    public async Task NothingWasEverSent_GivesAllBack() => Assert.Equal((0, 0), await SpendAsync(
        new AttemptOutcome(AttemptResult.NeverSent) { Unsent = true }, Unreachable, new AttemptOutcome(AttemptResult.CallerLeft) { Unsent = true }));

    [Fact]
    public async Task Answered_CostsItsUsage() => Assert.Equal((1, 30), await SpendAsync(Answered(10, 20)));

    [Fact]
    public async Task Answered_WithMoreThanReserved_CostsAllOfIt() => Assert.Equal((1, 150), await SpendAsync(Answered(50, 100)));

    [Fact]
    public async Task Answered_UsageUnknown_CostsAllThatWasReserved() => Assert.Equal((1, 100), await SpendAsync(new AttemptOutcome(AttemptResult.Answered)));

    [Fact]
    public async Task Answered_AtTheThirdTarget_CountsOneRequestAndAllTokensThatWereReported() =>
        Assert.Equal((1, 35), await SpendAsync(Failed, Failed with { Usage = new(5, 0, 5) }, Answered(10, 20)));

    [Fact]
    public async Task AllFailed_CostsTheRequestAndWhatWasReported() => Assert.Equal((1, 5), await SpendAsync(Failed with { Usage = new(5, 0, 5) }, Failed));

    [Fact]
    public async Task Broken_UsageUnknown_CostsAllThatWasReserved() => Assert.Equal((1, 100), await SpendAsync(Broken));

    [Fact]
    public async Task Broken_UsageReported_CostsIt() => Assert.Equal((1, 12), await SpendAsync(Broken with { Usage = new(10, 2, 12) }));

    [Fact]
    public async Task CallerLeft_CostsAllThatWasReserved() =>
        Assert.Equal((1, 100), await SpendAsync(Failed, new AttemptOutcome(AttemptResult.CallerLeft)));

    [Fact]
    public async Task CallerLeft_BeforeTheSecondAttemptWasSent_CostsTheFirst() => Assert.Equal(
        (1, 5), await SpendAsync(Failed with { Usage = new(5, 0, 5) }, new AttemptOutcome(AttemptResult.CallerLeft) { Unsent = true }));

    [Fact]
    public async Task CallerLeft_AfterAFailureThatWasCounted_CostsBoth() =>
        Assert.Equal((1, 250), await SpendAsync(Failed with { Usage = new(150, 0, 150) }, new AttemptOutcome(AttemptResult.CallerLeft)));

    [Fact]
    public async Task AnsweredAfterAnUnreachableTarget_CostsItsUsage() => Assert.Equal((1, 30), await SpendAsync(Unreachable, Answered(10, 20)));

    [Fact]
    public void NoLimits_NothingToSettle()
    {
        using var spending = new CallerSpending(null, QuotaAmounts.Zero);
        spending.Add(Answered(1, 2), Target);
    }

    private async Task<(long Requests, long Tokens)> SpendAsync(params AttemptOutcome[] outcomes)
    {
        using (var spending = await ReserveAsync())
        {
            foreach (var outcome in outcomes)
            {
                spending.Add(outcome, Target);
            }
        }

        return Used();
    }

    private async Task<CallerSpending> ReserveAsync()
    {
        var amounts = QuotaAmounts.OfRequest(60, 40);
        var outcome = await _book.ReserveAsync("key/alice", amounts, TestContext.Current.CancellationToken);
        Assert.True(outcome.IsGranted);
        return new(outcome.Reservation, amounts);
    }

    // What the authority knows to be used once all leases are back.
    private (long Requests, long Tokens) Used()
    {
        var closed = _book.CloseAsync(CancellationToken.None);
        Assert.True(closed.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        var budgets = _authority.Snapshot().Budgets;
        Assert.All(budgets, budget => Assert.Equal(0, budget.Outstanding));
        return (budgets[0].Used, budgets[1].Used);
    }

    private static AttemptOutcome Answered(int prompt, int completion) =>
        new(AttemptResult.Answered, null, new TokenUsage(prompt, completion, prompt + completion));

    private static BudgetDefinition Minute(BudgetMetric metric, long amount) => new(metric, amount, TimeSpan.FromMinutes(1), BudgetKind.Rolling);
}
