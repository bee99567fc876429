using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Tests.Quota;

/// <summary>Who was refused hears that something came back.</summary>
public sealed class EasedTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly List<string> _eased = [];
    private readonly LeaseBook _book;

    public EasedTests()
    {
        var authority = new FakeAuthority(_time, QuotaBench.Minute(BudgetMetric.Requests, 100));
        _book = new(authority.AsFactory(), new FakeSilo(), new Catalog([], []), _time, NullLogger<LeaseBook>.Instance);
        _book.Eased += key =>
        {
            lock (_eased)
            {
                _eased.Add(key);
            }
        };
    }

    [Fact]
    public async Task Eased_LeaseCameAndSomethingIsGivenBackToIt_Both()
    {
        var first = await ReserveAsync("q");
        Assert.Equal(["q"], await QuietAsync());
        first.Cancel();
        Assert.Equal(["q", "q"], await QuietAsync());
        first.Cancel();
        Assert.Equal(["q", "q"], await QuietAsync());
    }

    [Fact]
    public async Task Eased_LimitsOfACaller_TellNobody()
    {
        (await ReserveAsync("key/alice")).Cancel();
        Assert.Empty(await QuietAsync());
    }

    private async Task<Reservation> ReserveAsync(string key)
    {
        var outcome = await _time.WhileAsync(_book.ReserveAsync(key, QuotaBench.One, TestContext.Current.CancellationToken).AsTask());
        return outcome.Reservation!.Value;
    }

    // The question is over: nothing more is told without time.
    private async Task<string[]> QuietAsync()
    {
        await Eventually.TrueAsync(() => !_book.IsAsking);
        lock (_eased)
        {
            return [.. _eased];
        }
    }
}
