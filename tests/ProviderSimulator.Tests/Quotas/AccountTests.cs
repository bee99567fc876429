using Microsoft.Extensions.Time.Testing;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Tests.Quotas;

public class AccountTests
{
    private static readonly Demand Small = new(Tokens: 10, Expected: 8);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Arrive_RollingLimitReached_RefusesAndCountsEachRefusalAsOverspend()
    {
        var account = Make(new SimulatedQuota { Amount = 3 });
        for (var i = 0; i < 3; i++)
            Assert.Null(account.Arrive("", Small).Refusal);
        Assert.Equal(new(3, 3, 0), Standing(account));
        Assert.Equal(TimeSpan.FromMinutes(1), account.Arrive("", Small).Refusal!.Wait);
        account.Arrive("", Small);
        Assert.Equal(new(3, 5, 2), Standing(account));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(account.Arrive("", Small).Refusal);
        Assert.Equal(new(1, 1, 2), Standing(account)); // The worst stays.
    }

    [Fact]
    public void Arrive_RefusedByOneQuota_NotChargedToOthersButJudgedThere()
    {
        var account = Make(new SimulatedQuota { Amount = 1 }, new SimulatedQuota { Amount = 2, Window = TimeSpan.FromDays(1) });
        account.Arrive("", Small);
        Assert.Equal("q0", account.Arrive("", Small).Refusal!.Name);
        Assert.Equal(new(1, 2, 0), Standing(account, "q1"));
        account.Arrive("", Small);
        Assert.Equal(new(1, 3, 1), Standing(account, "q1"));
    }

    [Fact]
    public void Arrive_TwoQuotasFull_NamesTheLongerWait()
    {
        var account = Make(new SimulatedQuota { Amount = 1 }, new SimulatedQuota { Amount = 1, Window = TimeSpan.FromHours(1) });
        account.Arrive("", Small);
        Assert.Equal("q1", account.Arrive("", Small).Refusal!.Name);
    }

    [Fact]
    public void Arrive_LeakyTokens_ChargedOnArrivalWithWholeBudget()
    {
        var account = Make(new SimulatedQuota { Metric = QuotaMetric.Tokens, Kind = QuotaKind.LeakyBucket, Amount = 25 });
        var admission = account.Arrive("", Small);
        Assert.Equal(new HeaderView(25, 15, TimeSpan.FromSeconds(24)), admission.MinuteTokens);
        admission.Settle(8);
        account.Arrive("", Small);
        Assert.Equal(new(20, 20, 0), Standing(account));
        var refusal = account.Arrive("", Small).Refusal!;
        Assert.Equal((20, 10, TimeSpan.FromSeconds(12)), (refusal.Used, refusal.Requested, refusal.Wait));
        Assert.Equal(new(20, 30, 5), Standing(account));
    }

    [Fact]
    public void Arrive_LeakyTokensLargerThanBucket_TooLargeAndNoTokensCounted()
    {
        var account = Make(new SimulatedQuota { Metric = QuotaMetric.Tokens, Kind = QuotaKind.LeakyBucket, Amount = 9 });
        Assert.True(account.Arrive("", Small).Refusal!.TooLarge);
        Assert.Equal(new(0, 0, 0), Standing(account));
    }

    [Fact]
    public void Arrive_CalendarTokens_ChargedAtSettlementAndRefusedWhenFull()
    {
        var account = Make(new SimulatedQuota { Metric = QuotaMetric.Tokens, Kind = QuotaKind.Calendar, Amount = 16, Window = TimeSpan.FromDays(1) });
        var (first, second) = (account.Arrive("", Small), account.Arrive("", Small));
        Assert.Equal(new(0, 0, 0), Standing(account));
        first.Settle(8);
        second.Settle(8);
        Assert.Equal(new(16, 16, 0), Standing(account));
        Assert.NotNull(account.Arrive("", Small).Refusal);
        Assert.Equal(new(16, 24, 8), Standing(account)); // What the refused one would have used.
    }

    [Fact]
    public void Settle_MoreInFlightThanTheWindowHolds_CountedAsOverspend()
    {
        var account = Make(new SimulatedQuota { Metric = QuotaMetric.Tokens, Amount = 10 });
        var (first, second) = (account.Arrive("", Small), account.Arrive("", Small));
        first.Settle(8);
        second.Settle(8);
        Assert.Equal(new(16, 16, 6), Standing(account));
    }

    [Fact]
    public void Arrive_Malformed_CountsAsRequestButNotTokens()
    {
        var account = Make(new SimulatedQuota { Amount = 5 }, new SimulatedQuota { Metric = QuotaMetric.Tokens, Kind = QuotaKind.LeakyBucket, Amount = 5 });
        Assert.Null(account.Arrive("", default).Refusal);
        Assert.Equal(new(1, 1, 0), Standing(account));
        Assert.Equal(new(0, 0, 0), Standing(account, "q1"));
    }

    [Fact]
    public void Arrive_ObservedQuotaFull_AdmitsAndCountsOverspend()
    {
        var account = Make(new SimulatedQuota { Amount = 1, Mode = QuotaMode.Observe });
        account.Arrive("", Small);
        Assert.Null(account.Arrive("", Small).Refusal);
        Assert.Equal(1, Standing(account).WorstOverspend);
    }

    [Fact]
    public void Arrive_AmountZero_NothingAdmitted()
    {
        var account = Make(new SimulatedQuota { Amount = 0 });
        Assert.Equal(TimeSpan.FromMinutes(1), account.Arrive("", Small).Refusal!.Wait);
    }

    [Fact]
    public void Arrive_OtherModel_HasQuotasOfItsOwn()
    {
        var account = Make(new SimulatedQuota { Amount = 1 });
        Assert.Null(account.Arrive("a", Small).Refusal);
        Assert.Null(account.Arrive("b", Small).Refusal);
        Assert.NotNull(account.Arrive("a", Small).Refusal);
    }

    [Theory]
    [InlineData(QuotaKind.Rolling, 1)]
    [InlineData(QuotaKind.LeakyBucket, 2)]
    [InlineData(QuotaKind.Calendar, 3)]
    public void WorstOverspend_RandomArrivals_EqualsBruteForceOverAllTime(QuotaKind kind, int seed)
    {
        var random = new Random(seed);
        var definition = new SimulatedQuota { Amount = 4, Kind = kind };
        var account = Make(definition);
        var start = _time.GetUtcNow();
        var arrivals = new List<double>();
        for (var i = 0; i < 400; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(random.Next(0, 31)));
            arrivals.Add((_time.GetUtcNow() - start).TotalSeconds);
            account.Arrive("", Small);
        }

        var worst = kind switch
        {
            QuotaKind.Rolling => arrivals.Max(end => arrivals.Count(at => at > end - 60 && at <= end)) - 4,
            QuotaKind.Calendar => arrivals.GroupBy(at => (int)(at / 60)).Max(minute => minute.Count()) - 4,
            _ => arrivals.Select((end, i) => Enumerable.Range(0, i + 1).Max(j => Math.Ceiling(i - j + 1 - ((end - arrivals[j]) * 4 / 60d) - 1e-9)))
                .Max() - 4,
        };
        Assert.True(worst > 0);
        Assert.Equal(worst, Standing(account).WorstOverspend);
    }

    [Fact]
    public async Task Arrive_ManyThreads_AdmitsExactlyTheLimit()
    {
        var account = Make(new SimulatedQuota { Amount = 100 });
        using var barrier = new Barrier(8);
        var admitted = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                barrier.SignalAndWait();
                return Enumerable.Range(0, 500).Count(_ => account.Arrive("", Small).Refusal is null);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Assert.Equal(100, admitted.Sum());
        Assert.Equal(new(100, 4000, 3900), Standing(account));
    }

    [Fact]
    public void SpendByOthers_IsHeldAgainstTheAccount_AndIsNoOverspendOfOurs()
    {
        var account = Make(new SimulatedQuota { Amount = 10 });
        for (var i = 0; i < 6; i++)
            account.Arrive("", Small);
        account.SpendByOthers("", requests: 20, tokens: 0);
        Assert.Equal(new(26, 6, 0, 20), Standing(account));
        Assert.NotNull(account.Arrive("", Small).Refusal);
        Assert.Equal(new(26, 7, 0, 20), Standing(account));
    }

    [Fact]
    public void SpendByOthers_ArrivalsAfterTheGrace_AreOverspend()
    {
        var account = Make(new SimulatedQuota { Amount = 10 });
        for (var i = 0; i < 6; i++)
            account.Arrive("", Small);
        account.SpendByOthers("", requests: 4, tokens: 0);
        _time.Advance(ForeignUse.Grace - TimeSpan.FromTicks(1));
        account.Arrive("", Small);
        Assert.Equal(0, Standing(account).WorstOverspend);
        _time.Advance(TimeSpan.FromTicks(1));
        account.Arrive("", Small);
        account.Arrive("", Small);
        Assert.Equal(new(10, 9, 2, 4), Standing(account)); // The one within the grace stays excused.
    }

    [Fact]
    public void SpendByOthers_MoreArrivalsThanOthersTook_AreOverspendWithinTheGraceToo()
    {
        var account = Make(new SimulatedQuota { Amount = 10 });
        account.SpendByOthers("", requests: 3, tokens: 0);
        for (var i = 0; i < 10; i++)
            account.Arrive("", Small);
        Assert.Equal(0, Standing(account).WorstOverspend);
        account.Arrive("", Small);
        Assert.Equal(1, Standing(account).WorstOverspend);
    }

    [Fact]
    public void SpendByOthers_BeyondTheLimit_TheirOwnOverspendIsNotOurs()
    {
        var account = Make(new SimulatedQuota { Amount = 10 });
        account.Arrive("", Small);
        account.SpendByOthers("", requests: 1000, tokens: 0);
        _time.Advance(ForeignUse.Grace);
        account.Arrive("", Small);
        Assert.Equal(1, Standing(account).WorstOverspend);
        _time.Advance(TimeSpan.FromMinutes(1));
        account.Arrive("", Small);
        Assert.Equal(new(1, 1, 1), Standing(account));
    }

    [Fact]
    public void SpendByOthers_Tokens_ChargeQuotasOfTokens()
    {
        var account = Make(
            new SimulatedQuota { Amount = 100, Metric = QuotaMetric.Tokens, Kind = QuotaKind.LeakyBucket }, new SimulatedQuota { Amount = 10 });
        account.SpendByOthers("", requests: 2, tokens: 60);
        Assert.Equal((60, 60), (Standing(account).Used, Standing(account).UsedByOthers));
        Assert.Equal((2, 2), (Standing(account, "q1").Used, Standing(account, "q1").UsedByOthers));
    }

    private Account Make(params SimulatedQuota[] quotas) =>
        new(quotas.Select((quota, i) => (quota, i)).ToDictionary(entry => $"q{entry.i}", entry => entry.quota), _time);

    private static QuotaStanding Standing(Account account, string name = "q0") =>
        account.Standings().Single(entry => entry.Quota.Name == name).Standing;
}
