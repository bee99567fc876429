using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Hosting.Configuration;
using ThotNet.Routing;
using ThotNet.Silo.Decisions;
using ThotNet.Silo.Evidence;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Routing;
using ThotNet.Silo.Tests.Quota;
using ThotNet.Silo.Tokens;
using ThotNet.Silo.Upstream;
using ThotNet.Silo.Usage;

namespace ThotNet.Silo.Tests.Pipeline;

/// <summary>A real pipeline over a provider and authorities of the test's making.</summary>
internal sealed class PipelineBench : IDisposable
{
    private readonly ProviderSet _providers;
    private readonly WaitingRoom _room;

    /// <summary>Puts it together.</summary>
    /// <param name="catalog">The targets and the callers' limits.</param>
    /// <param name="provider">Answers all calls.</param>
    /// <param name="authorities">Finds the authority over a quota by its key.</param>
    /// <param name="options">The settings.</param>
    /// <param name="time">The clock of everything.</param>
    public PipelineBench(Catalog catalog, HttpMessageHandler provider, Func<string, IQuotaGrain> authorities, ThotNetOptions options, FakeTimeProvider time)
    {
        var scales = new PromptScales(catalog);
        Book = new(AuthorityByKey.Factory(authorities), new FakeSilo(), catalog, time, NullLogger<LeaseBook>.Instance);
        Health = new(catalog, options, time, NullLogger<TargetHealth>.Instance);
        Demand = new(catalog, scales);
        _providers = AttemptFixture.ProvidersOf(provider);
        _room = new(options, catalog, Book, time);
        Pipeline = new(
            new CallerBudgets(Book, scales, catalog, _room, time),
            new PromptCounting(catalog),
            Demand,
            new TargetSelector(Book, Health, new RouteAdvice(time), scales, catalog, _room, time),
            new AttemptRunner(_providers, Book, scales, options, Metrics, time),
            Health,
            Book,
            new OpenRouterKeyWatcher([], Book.ReportEvidence, time, new Random(1), NullLogger<OpenRouterKeyWatcher>.Instance),
            new DecisionLog(new(), new(options, new ConfigurationBuilder().Build(), new HostingEnvironment()), catalog),
            options,
            new Random(1),
            time);
    }

    public LeaseBook Book { get; }

    public TargetHealth Health { get; }

    public DemandMeter Demand { get; }

    public SiloMetrics Metrics { get; } = new();

    public RequestPipeline Pipeline { get; }

    public void Dispose()
    {
        _providers.Dispose();
        _room.Dispose();
    }
}
