using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Providers.Chat;
using ThotNet.Routing;
using ThotNet.Routing.Health;
using ThotNet.Routing.Quota;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Routing;
using ThotNet.Silo.Tests.Quota;

namespace ThotNet.Silo.Tests.Routing;

public sealed class TargetSelectorTests
{
    private static readonly TargetDefinition First = Target("first", 70);
    private static readonly TargetDefinition Second = Target("second", 30);
    private static readonly ChatRequest Request = new() { Body = default, Model = "auto" };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly RouteAdvice _advice;
    private readonly TargetHealth _health;
    private FakeAuthority _authority = null!;
    private TargetSelector _selector = null!;

    public TargetSelectorTests()
    {
        _advice = new(_time);
        _health = new(Catalog, Options, _time, NullLogger<TargetHealth>.Instance);
    }

    private static ThotNetOptions Options { get; } = new();

    private static Catalog Catalog { get; } = new([First, Second], []);

    [Fact]
    public async Task SelectAsync_HeadroomEverywhere_FollowsTheShares()
    {
        Open(Minute(1000));
        var firsts = 0;
        for (var request = 0; request < 10; request++)
        {
            firsts += (await Select()).Target == First ? 1 : 0;
        }

        Assert.Equal(7, firsts);
    }

    [Fact]
    public async Task SelectAsync_OneCircuitOpen_TakesTheOther()
    {
        Open(Minute(10));
        Break(First);
        Assert.Equal(Second, (await Select()).Target);
    }

    [Fact]
    public async Task SelectAsync_AllCircuitsOpen_TriesAnyway()
    {
        Open(Minute(10));
        Break(First);
        Break(Second);
        Assert.NotNull((await Select()).Reservation);
    }

    [Fact]
    public async Task SelectAsync_OneBrokenAndTheOthersDaySpent_SaysWhenTheBrokenOneMayBeTried()
    {
        Open(new(BudgetMetric.Requests, 1, TimeSpan.FromDays(1), BudgetKind.Calendar));
        await Spend();
        Break(First);
        var error = (await SelectNow()).Error!;
        Assert.Equal((429, "rate_limit_exceeded", Circuit.FirstOpen), (error.Status, error.Code, error.RetryAfter));
    }

    [Fact]
    public async Task SelectAsync_OneClosedByTheClusterAndTheOtherSpent_SaysTheShorterTime()
    {
        Open(Minute(1));
        await Spend();
        _advice.Update(new(1, _time.GetUtcNow(), [new(First.Id, 0.7, 0, 0, 0, TimeSpan.FromSeconds(3), "429", null)]));
        Assert.Equal(TimeSpan.FromSeconds(3), (await SelectNow()).Error!.RetryAfter);
    }

    [Fact]
    public async Task SelectAsync_CallerOfAProbeLeaves_GivesTheProbeBack()
    {
        Open(Minute(10));
        Break(First);
        _time.Advance(Circuit.FirstOpen);
        var plan = new RoutePlan([[First]], true, new Random(1));
        _authority.Hold = new();
        using var leaving = new CancellationTokenSource();
        var probe = _selector.SelectAsync(Request, plan, default, TimeSpan.Zero, leaving.Token).AsTask();
        Assert.False(_health.TryEnter(First, out _));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe);
        Assert.True(_health.TryEnter(First, out _));
    }

    [Fact]
    public async Task SelectAsync_LeaseOnItsWay_ChargesItsTargetMeanwhile()
    {
        Open(Minute(1000));
        var hold = _authority.Hold = new();
        var selections = Enumerable.Range(0, 10).Select(_ => Select().AsTask()).ToArray();
        _authority.Hold = null;
        hold.SetResult();
        Assert.Equal(7, (await Task.WhenAll(selections)).Count(selection => selection.Target == First));
    }

    [Fact]
    public async Task SelectAsync_RefusedForAMomentAgainAndAgain_CountsTheTimeInLineAsWaiting()
    {
        Open(Minute(10));
        _authority.RefusesFor = TimeSpan.FromMilliseconds(20);
        var plan = new RoutePlan([[First]], true, new Random(1));
        var selecting = _selector.SelectAsync(Request, plan, new(TimeSpan.FromSeconds(10), false), TimeSpan.Zero, TestContext.Current.CancellationToken).AsTask();
        var (selection, waited) = await _time.WhileAsync(selecting);

        Assert.Equal(429, selection.Error!.Status);
        Assert.True(waited >= TimeSpan.FromSeconds(9), $"waited {waited}");

        // One question a second. The pauses between them would allow 500.
        Assert.InRange(_authority.Requests.Count, 2, 20);
    }

    private void Open(BudgetDefinition budget)
    {
        _authority = new(_time, budget);
        var book = new LeaseBook(_authority.AsFactory(), new FakeSilo(), Catalog, _time, NullLogger<LeaseBook>.Instance);
        _selector = new(book, _health, _advice, new(Catalog), Catalog, new(Options, Catalog, book, _time), _time);
    }

    private async ValueTask<Selection> Select()
    {
        var selecting = SelectNow();
        await Eventually.TrueAsync(() =>
        {
            // The authority is asked at its pace.
            _time.Advance(selecting.IsCompleted || _authority.Hold is not null ? TimeSpan.Zero : TimeSpan.FromSeconds(0.1));
            return selecting.IsCompleted;
        });
        return await selecting;
    }

    private async Task<Selection> SelectNow()
    {
        var plan = new RoutePlan([[First, Second]], true, new Random(1));
        return (await _selector.SelectAsync(Request, plan, default, TimeSpan.Zero, TestContext.Current.CancellationToken)).Selection;
    }

    private async Task Spend()
    {
        var reservation = (await Select()).Reservation!.Value;
        reservation.SettleUnknown();

        // What was spent is reported, and then the authority may be asked again.
        await Eventually.TrueAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(0.1));
            return _authority.Requests.Count == 2;
        });
        _time.Advance(LeaseRules.Pace);
    }

    private void Break(TargetDefinition target)
    {
        for (var failure = 0; failure < Circuit.FailuresToOpen; failure++)
        {
            _health.Failed(target, new ProviderFailure(FailureClass.Transient, 500, "no"));
        }
    }

    private static BudgetDefinition Minute(long requests) => new(BudgetMetric.Requests, requests, TimeSpan.FromMinutes(1), BudgetKind.Rolling);

    private static TargetDefinition Target(string provider, double share) => new(provider, "model", [], share, "q", Capabilities.None, 100);
}
