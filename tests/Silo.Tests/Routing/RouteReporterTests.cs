using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers.Chat;
using ThotNet.Routing;
using ThotNet.Routing.Shares;
using ThotNet.Silo.Evidence;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Routing;
using ThotNet.Silo.Tests.Quota;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Tests.Routing;

/// <summary>What is counted of reports whose way to the router or back is broken.</summary>
public sealed class RouteReporterTests : IDisposable
{
    private static readonly Dictionary<string, QuotaSnapshot> NoQuotas = [];
    private static readonly TargetDefinition Target = new("p", "m", [], 1, "q", Capabilities.None, 100);
    private static readonly ChatRequest Request = new() { Body = default, Model = "auto" };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeRouter _router;
    private readonly TargetHealth _health;
    private readonly DemandMeter _demand;
    private readonly RouteAdvice _advice;
    private readonly RouteReporter _reporter;

    public RouteReporterTests()
    {
        var catalog = new Catalog([Target], []);
        var factory = DispatchProxy.Create<IGrainFactory, RouterFactory>();
        ((RouterFactory)(object)factory).Router = _router = new FakeRouter(catalog, _time);
        _health = new(catalog, new ThotNetOptions(), _time, NullLogger<TargetHealth>.Instance);
        _demand = new(catalog, new PromptScales(catalog));
        _advice = new(_time);
        var book = new LeaseBook(factory, new FakeSilo(), catalog, _time, NullLogger<LeaseBook>.Instance);
        _reporter = new(
            factory, new FakeSilo(), _health, _demand, _advice, book, new(_time, NullLogger<ForeignUseLog>.Instance), _time,
            NullLogger<RouteReporter>.Instance);
    }

    public void Dispose() => _reporter.Dispose();

    [Fact]
    public async Task Report_RouterAnswers_CountsEachRequestOnce()
    {
        await ServeAndReportAsync();
        await ServeAndReportAsync();
        await ReportAsync();
        Assert.Equal((2, 2), (_router.Asked, _router.Served));
    }

    [Fact]
    public async Task Report_RouterIsDownForAWhile_CountsAllAfterwards()
    {
        _router.IsDown = true;
        await ServeAndReportAsync();
        await ServeAndReportAsync();
        Assert.Equal((0, 0), (_router.Asked, _router.Served));
        _router.IsDown = false;
        await ReportAsync();
        await ReportAsync();
        Assert.Equal((2, 2), (_router.Asked, _router.Served));
    }

    [Fact]
    public async Task Report_AnswersAreLost_CountsNothingTwice()
    {
        _router.LosesAnswers = true;
        await ServeAndReportAsync();
        await ServeAndReportAsync();
        await ServeAndReportAsync();
        _router.LosesAnswers = false;
        await ReportAsync();
        await ReportAsync();
        Assert.Equal((3, 3), (_router.Asked, _router.Served));
    }

    [Fact]
    public async Task Report_NewTable_IsTaken()
    {
        await ReportAsync();
        Assert.Equal(Target.Id, _advice.Table!.Targets.Single().Target);
    }

    private Task ReportAsync() => _reporter.ReportAsync(TestContext.Current.CancellationToken);

    private Task ServeAndReportAsync()
    {
        _demand.Count(Request, [[Target]]);
        _health.Succeeded(Target);
        return ReportAsync();
    }

    /// <summary>The router's rule without a cluster.</summary>
    private sealed class FakeRouter(Catalog catalog, TimeProvider time) : IRouterGrain
    {
        private readonly RouteTableBuilder _builder = new(catalog);

        public bool IsDown { get; set; }

        public bool LosesAnswers { get; set; }

        public long Asked { get; private set; }

        public long Served => _builder.Build(NoQuotas, null, time.GetUtcNow()).Targets.Single().Served;

        public async Task<RouteTable?> Report(SiloReport report)
        {
            await Task.Yield();
            if (IsDown)
            {
                throw new TimeoutException("The router is down.");
            }

            Asked += _builder.Take(report, time.GetUtcNow()).Sum(demand => demand.Requests);
            return LosesAnswers ? throw new TimeoutException("The answer was lost.") : _builder.Build(NoQuotas, null, time.GetUtcNow());
        }
    }

    /// <summary>A grain factory that knows the router. Public and open, because the runtime derives the proxy from it.</summary>
    public class RouterFactory : DispatchProxy
    {
        internal IRouterGrain? Router { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IGrainFactory.GetGrain) ? Router : throw new NotSupportedException(targetMethod.Name);
    }
}
