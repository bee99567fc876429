using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers.Chat;
using ThotNet.Routing;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Routing;
using ThotNet.Silo.Tests.Pipeline;
using ThotNet.Silo.Tests.Quota;

namespace ThotNet.Silo.Tests.Routing;

/// <summary>The selector with two targets, each with a quota and an authority of its own: <c>cheap</c> and <c>dear</c>.</summary>
internal sealed class SelectorBench : IDisposable
{
    public static readonly TargetDefinition Cheap = Target("cheap");
    public static readonly TargetDefinition Dear = Target("dear");

    private static readonly Catalog Catalog = new([Cheap, Dear], []);

    private readonly RouteAdvice _advice;

    public SelectorBench(BudgetDefinition? cheap = null, int maxWaiting = 1000)
    {
        CheapAuthority = new(Time, cheap ?? Minute(100));
        DearAuthority = new(Time, Minute(100));
        var factory = AuthorityByKey.Factory(key => key == Cheap.QuotaKey ? CheapAuthority : DearAuthority);
        var options = new ThotNetOptions { Routing = { MaxWaiting = maxWaiting } };
        var book = new LeaseBook(factory, new FakeSilo(), Catalog, Time, NullLogger<LeaseBook>.Instance);
        _advice = new(Time);
        Health = new(Catalog, options, Time, NullLogger<TargetHealth>.Instance);
        Room = new(options, Catalog, book, Time);
        Selector = new(book, Health, _advice, new(Catalog), Catalog, Room, Time);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));

    public FakeAuthority CheapAuthority { get; }

    public FakeAuthority DearAuthority { get; }

    public TargetHealth Health { get; }

    public TargetSelector Selector { get; }

    public WaitingRoom Room { get; }

    /// <summary>One place for concurrent requests: who holds it keeps all others waiting.</summary>
    public static BudgetDefinition OneAtATime { get; } = new(BudgetMetric.ConcurrentRequests, 1, TimeSpan.FromMinutes(1), BudgetKind.Rolling);

    /// <summary>The router's advice: <c>dear</c> has a price, and the quota of <c>cheap</c> has room for that many after those times.</summary>
    public void Advise(double price, double waitAbove, params (double After, long Free)[] releases)
    {
        var budget = new BudgetSnapshot(Minute(100), 100, 0, 0, TimeSpan.Zero)
        {
            Releases = [.. releases.Select(release => new BudgetRelease(TimeSpan.FromSeconds(release.After), release.Free))],
        };
        var quota = releases is [] ? null : new QuotaSnapshot(Cheap.QuotaKey, [budget], TimeSpan.Zero, null);
        _advice.Update(new(1, Time.GetUtcNow(), [Route(Cheap, 0, quota), Route(Dear, price, null)]) { WaitAbove = waitAbove });
    }

    /// <summary>Selects; the task ends as time passes.</summary>
    public Task<(Selection Selection, TimeSpan Waited)> SelectAsync(
        double patience = 10,
        string key = "a",
        RequestPriority priority = RequestPriority.Normal,
        TargetDefinition? only = null,
        CancellationToken cancel = default)
    {
        ImmutableArray<TargetDefinition> tier = only is null ? [Cheap, Dear] : [only];
        return Selector.SelectAsync(
            new ChatRequest { Body = default, Model = "auto", Caller = key },
            new RoutePlan([tier], true, new Random(1)) { RequestId = "req_1" },
            new Patience(TimeSpan.FromSeconds(patience), IsAsked: false) { Priority = priority },
            TimeSpan.Zero,
            cancel).AsTask();
    }

    /// <summary>Selects and lets time pass until that is done.</summary>
    public Task<(Selection Selection, TimeSpan Waited)> SelectNowAsync(double patience = 10, TargetDefinition? only = null) =>
        Time.WhileAsync(SelectAsync(patience, only: only));

    /// <summary>Lets time pass until so many are in line.</summary>
    public Task InLineAsync(int count) => Eventually.TrueAsync(() =>
    {
        Time.Advance(Room.Count == count ? TimeSpan.Zero : TimeSpan.FromSeconds(0.1));
        return Room.Count == count;
    });

    public void Dispose() => Room.Dispose();

    public static BudgetDefinition Minute(long requests) => new(BudgetMetric.Requests, requests, TimeSpan.FromMinutes(1), BudgetKind.Rolling);

    private static TargetRoute Route(TargetDefinition target, double price, QuotaSnapshot? quota) =>
        new(target.Id, 0.5, 0, 0, 0, TimeSpan.Zero, null, quota) { Prices = new(price, 0, 0, 0, 0) };

    private static TargetDefinition Target(string name) => new(name, "model", [], 50, name, Capabilities.None, 100);
}
