using ThotNet.Load.Measure;
using ThotNet.Load.Replay;
using ThotNet.Load.Reporting;
using ThotNet.Planner.Traces;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Control;

namespace ThotNet.Load.Tests.Replay;

public sealed class ReplayReportTests
{
    [Fact]
    public void Make_CallsOfAllKinds_AreCountedApart()
    {
        var report = Make(Served("groq"), Served("groq"), Ended(CallResult.Throttled, "429 a"), Ended(CallResult.Broken, "no end mark"));

        Assert.Equal(
            [("sent", 4L), ("served", 2L), ("429", 1L), ("other errors", 0L), ("broken answers", 1L), ("- 429 a", 1L), ("- no end mark", 1L)],
            report.Tables[0].Rows.Select(row => ((string)row[0]!, (long)row[1]!)));
    }

    [Fact]
    public void Make_Shares_AreComparedWithTheNormalisedTargets()
    {
        var report = Make(Served("openrouter"), Served("openrouter"), Served("openrouter"), Served("other"));

        Assert.Equal(
            [["openrouter", 3L, 75.0, 80.0, -5.0], ["groq", 0L, 0.0, 20.0, -20.0], ["other", 1L, 25.0, null, null]],
            report.Tables[1].Rows);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(14, 1)]
    [InlineData(15, 2)]
    [InlineData(25, 3)]
    [InlineData(1004, 100)]
    public void Scale_Tokens_AreRoundedAsThePlannerDoes(int recorded, int sent)
    {
        Assert.Equal(sent, (Settings with { TokensScale = 0.1 }).Scale(recorded));
        Assert.Equal(sent, Math.Max(1, new TraceShape(TokensScale: 0.1).Apply([new(default, recorded, 0)])[0].ContextTokens));
    }

    [Fact]
    public void Make_WithSimulator_ShowsItsCounts()
    {
        var report = Make(Quota("groq", "openai/gpt-oss-20b", "minute"), Quota("openrouter", "", "minute"));

        Assert.Equal(
            [["groq a openai/gpt-oss-20b minute", "Requests", 30L, 33L, 3L], ["openrouter a minute", "Requests", 30L, 33L, 3L]],
            report.Tables[^1].Rows);
    }

    private static Report Make(params CallOutcome[] outcomes) => Make(outcomes, []);

    private static Report Make(params QuotaState[] quotas) => Make([], quotas);

    private static Report Make(CallOutcome[] outcomes, QuotaState[] quotas)
    {
        var tally = new ReplayTally();
        foreach (var outcome in outcomes) tally.Add(outcome);
        return ReplayReport.Make(Settings, new ReplayResult(outcomes.Length, TimeSpan.FromSeconds(1), new LatencyHistogram(), tally), quotas);
    }

    private static CallOutcome Served(string provider) => new(CallResult.Served, "", provider, TimeSpan.Zero, TimeSpan.FromMilliseconds(5));

    private static CallOutcome Ended(CallResult result, string detail) => new(result, detail, "", TimeSpan.Zero, TimeSpan.Zero);

    private static QuotaState Quota(string provider, string model, string name) =>
        new(provider, "a", model, name, QuotaMetric.Requests, QuotaKind.Rolling, TimeSpan.FromMinutes(1), QuotaMode.Enforce, 30, 30, 33, 3);

    private static ReplaySettings Settings => new()
    {
        Trace = new FileInfo("trace.csv"),
        Gateway = new Uri("http://gateway"),
        Speed = 60,
        Key = "",
        Limit = 1,
        Model = "auto",
        Stream = StreamMode.Mix,
        Simulator = new Uri("http://simulator"),
        Timeout = TimeSpan.FromSeconds(1),
        TokensScale = 1,
        Targets = new Dictionary<string, double> { ["openrouter"] = 8, ["groq"] = 2 },
        Format = ReportFormat.Table,
    };
}
