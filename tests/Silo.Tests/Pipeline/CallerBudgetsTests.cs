using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers.Chat;
using ThotNet.Routing;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Routing;
using ThotNet.Silo.Tests.Quota;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Tests.Pipeline;

public sealed class CallerBudgetsTests
{
    private static readonly ImmutableArray<ImmutableArray<TargetDefinition>> Tiers = [[Target(100), Target(300)], [Target(200)]];

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));
    private FakeAuthority _authority = null!;

    [Theory]
    [InlineData("")]
    [InlineData("bob")]
    public async Task Reserve_CallerWithoutLimits_PassesAndNobodyIsAsked(string caller)
    {
        var budgets = Open(PerMinute(1));

        for (var request = 0; request < 3; request++)
        {
            Assert.NotNull((await ReserveAsync(budgets, caller)).Spending);
        }

        Assert.Empty(_authority.Requests);
    }

    [Fact]
    public async Task Reserve_WithLimits_TakesTheMostOfAllCandidatesOnce()
    {
        var budgets = Open(PerMinute(5));

        using var spending = (await ReserveAsync(budgets)).Spending;

        Assert.NotNull(spending);
        Assert.Equal(QuotaAmounts.OfRequest(50, 300), Assert.Single(_authority.Requests).Least);
    }

    [Fact]
    public async Task Reserve_LimitSpent_RefusesAtOnceAndNamesIt_Wire14()
    {
        var budgets = Open(PerMinute(1));
        using var first = (await ReserveAsync(budgets)).Spending;

        var (spending, error, waited) = await ReserveAsync(budgets);

        Assert.Null(spending);
        Assert.Equal((429, "requests", "rate_limit_exceeded"), (error!.Status, error.Type, error.Code));
        Assert.StartsWith("Rate limit reached for your API key: 1 request per minute. Try again in ", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.RetryAfterSeconds!.Value, 1, 70);

        // Until the authority could be asked again, not until there is room.
        Assert.InRange(waited, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Reserve_LimitSpentAndCallerAskedToWait_IsServedWhenThereIsRoom()
    {
        var budgets = Open(PerMinute(1));
        var first = (await ReserveAsync(budgets)).Spending!;
        first.Add(new AttemptOutcome(AttemptResult.Answered), Tiers[0][0]);
        first.Dispose();

        var (spending, error, waited) = await ReserveAsync(budgets, patience: new(TimeSpan.FromMinutes(2), IsAsked: true));

        Assert.Null(error);
        Assert.NotNull(spending);
        Assert.InRange(waited, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Reserve_WaitLongerThanAskedFor_RefusesAtOnce()
    {
        var budgets = Open(PerMinute(1));
        using var first = (await ReserveAsync(budgets)).Spending;

        var refused = await ReserveAsync(budgets, patience: new(TimeSpan.FromSeconds(3), IsAsked: true));

        Assert.Equal(429, refused.Error!.Status);
    }

    [Fact]
    public async Task Reserve_RequestLargerThanTheLimit_IsNeverWaitedFor()
    {
        var budgets = Open(new(BudgetMetric.Tokens, 349, TimeSpan.FromMinutes(1), BudgetKind.Rolling));

        var error = (await ReserveAsync(budgets, patience: new(TimeSpan.FromMinutes(2), IsAsked: true))).Error!;

        Assert.Equal((413, "request_too_large"), (error.Status, error.Code));
        Assert.Equal("The request may need 350 tokens; the limit of your API key is 349 tokens per minute.", error.Message);
    }

    [Fact]
    public async Task Reserve_AuthorityDown_Is503AndNothingPasses()
    {
        var budgets = Open(PerMinute(5));
        _authority.IsDown = true;

        var (spending, error, _) = await ReserveAsync(budgets);

        Assert.Null(spending);
        Assert.Equal((503, "service_unavailable"), (error!.Status, error.Code));
    }

    [Fact]
    public async Task Reserve_AuthorityKnowsNoLimits_Passes()
    {
        _authority = new(_time) { KnowsQuota = false };
        var budgets = Create(PerMinute(5));

        Assert.NotNull((await ReserveAsync(budgets)).Spending);
    }

    private CallerBudgets Open(BudgetDefinition budget)
    {
        _authority = new(_time, budget);
        return Create(budget);
    }

    private CallerBudgets Create(BudgetDefinition budget)
    {
        var catalog = new Catalog([.. Tiers.SelectMany(tier => tier)], [], new([CallerLimits.Define("key/alice", [budget])], []));
        var book = new LeaseBook(_authority.AsFactory(), new FakeSilo(), catalog, _time, NullLogger<LeaseBook>.Instance);
        return new(book, new PromptScales(catalog), catalog, new WaitingRoom(new ThotNetOptions(), catalog, book, _time), _time);
    }

    private Task<Admission> ReserveAsync(CallerBudgets budgets, string caller = "alice", Patience? patience = null) => _time.WhileAsync(budgets.ReserveAsync(
        new ChatRequest { Body = default, Model = "auto", Caller = caller, Prompt = new(50, 0, 0, IsCounted: false) },
        Tiers,
        patience ?? new(TimeSpan.FromSeconds(10), IsAsked: false),
        TestContext.Current.CancellationToken).AsTask());

    private static BudgetDefinition PerMinute(long requests) => new(BudgetMetric.Requests, requests, TimeSpan.FromMinutes(1), BudgetKind.Rolling);

    private static TargetDefinition Target(int outputCap) => new("p", $"m{outputCap}", [], 1, "q", Capabilities.None, outputCap);
}
