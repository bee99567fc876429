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

    [Fact]
    public void Make_OwnPrompts_SaysNothingOfTheCache()
    {
        Assert.Equal(
            ["Replay of trace.csv at 60 times its speed", "Shares of served requests", "Times in ms", "The simulator's own counts"],
            Make(Served("groq")).Tables.Select(table => table.Title));
    }

    [Fact]
    public void Make_SharedPrompts_ShowsWhatTheCacheDid()
    {
        var table = MakeShared().Tables[3];

        Assert.Equal("The cache, with 5 prompts by a Zipf law of 1.1 and seed 3", table.Title);
        Assert.Equal(
            [["hit", 2L, 25.0, 2L], ["coalesced", 1L, 12.5, 1L], ["miss", 3L, 37.5, 2L], ["bypass", 1L, 12.5, 1L], ["(not named)", 1L, 12.5, 0L]],
            table.Rows);
        Assert.Equal(["3 of 6 served requests cost no quota: 50 %."], table.Notes);
    }

    [Fact]
    public void Make_SharedPrompts_ShowsUsedSeenAndSavedByProvider()
    {
        Assert.Equal(
            [["gemini", 0L, 0L, 2L, null, 0L, 0L], ["groq", 1L, 100L, 4L, null, 1L, 100L], ["openrouter", 2L, 70L, 2L, 33L, 2L, 60L]],
            MakeShared().Tables[4].Rows);
    }

    [Fact]
    public void Make_SharedPromptsWithoutSimulator_LeavesOutWhatProvidersSaw()
    {
        var settings = Settings with { Prompts = new PromptSet(5, 1, 1), Simulator = null };

        Assert.Equal([["groq", 1L, 100L, null, null, 0L, 0L]], Make(settings, [Cached("miss", "groq", 100)], null).Tables[^1].Rows);
    }

    private static Report MakeShared() => Make(
        Settings with { Prompts = new PromptSet(5, 1.1, 3) },
        [
            Cached("miss", "groq", 100), Cached("hit", "groq", 100), Cached("miss", "openrouter", 30), Cached("coalesced", "openrouter", 30),
            Cached("hit", "openrouter", 30), Cached("bypass", "openrouter", 40), Ended(CallResult.Throttled, "429 a") with { Cache = "miss" },
            Ended(CallResult.Failed, "no answer"),
        ],
        Counts(
            [
                Quota("openrouter", "", "minute"),
                Quota("openrouter", "", "day") with { Metric = QuotaMetric.Tokens, Window = TimeSpan.FromDays(1) },
                Quota("groq", "m", "day") with { Metric = QuotaMetric.Tokens, Window = TimeSpan.FromDays(1), Kind = QuotaKind.LeakyBucket },
                Quota("gemini", "", "minute") with { Metric = QuotaMetric.Tokens },
            ],
            new("gemini", "m", 200, 2),
            new("groq", "m", 200, 1),
            new("groq", "", 429, 3),
            new("openrouter", "m", 200, 2)));

    private static CallOutcome Cached(string cache, string provider, long tokens) => Served(provider) with { Cache = cache, Tokens = tokens };

    private static StateReport Counts(QuotaState[] quotas, params RequestCount[] requests) => new(0, 0, 0, 0, quotas, requests);

    private static Report Make(params CallOutcome[] outcomes) => Make(Settings, outcomes, Counts([]));

    private static Report Make(params QuotaState[] quotas) => Make(Settings, [], Counts(quotas));

    private static Report Make(ReplaySettings settings, CallOutcome[] outcomes, StateReport? counts)
    {
        var tally = new ReplayTally();
        foreach (var outcome in outcomes) tally.Add(outcome);
        return ReplayReport.Make(settings, new ReplayResult(outcomes.Length, TimeSpan.FromSeconds(1), new LatencyHistogram(), tally), counts);
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
