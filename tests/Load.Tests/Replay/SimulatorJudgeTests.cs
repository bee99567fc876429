using ThotNet.Load.Replay;

namespace ThotNet.Load.Tests.Replay;

public sealed class SimulatorJudgeTests
{
    [Fact]
    public void Read_State_GivesEachQuotasVerdict()
    {
        var verdicts = SimulatorJudge.Read("""
            {"inFlight":0,"clientDisconnects":0,"worstRequestOverspend":2,"worstTokenOverspend":0,"quotas":[
              {"provider":"groq","account":"a","model":"m","name":"minute","metric":"Requests","kind":"LeakyBucket","window":"00:01:00",
               "mode":"Enforce","limit":30,"used":30,"arrived":32,"worstOverspend":2},
              {"provider":"openrouter","account":"a","model":"","name":"day","metric":"Tokens","kind":"Calendar","window":"1.00:00:00",
               "mode":"Enforce","limit":200000,"used":5,"arrived":5,"worstOverspend":0}],
             "requests":[{"provider":"groq","model":"m","status":200,"count":30}]}
            """);

        Assert.Equal(
            [new("groq a m minute", "Requests", 30, 32, 2), new QuotaVerdict("openrouter a day", "Tokens", 200_000, 5, 0)],
            verdicts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"quotas":[{"provider":"groq"}]}""")]
    public void Read_OtherText_IsRefused(string state)
    {
        Assert.Throws<FormatException>(() => SimulatorJudge.Read(state));
    }
}
