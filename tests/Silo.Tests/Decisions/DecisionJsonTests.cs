using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using ThotNet.Routing;
using ThotNet.Silo.Decisions;
using ThotNet.Silo.Routing;

namespace ThotNet.Silo.Tests.Decisions;

public sealed class DecisionJsonTests
{
    [Fact]
    public void ToHeader_TellsAllOfIt() => Assert.Equal(
        """
        {"request_id":"req_1","time":"2026-07-01T12:00:00.250Z","model":"auto","audience":"mobile","chosen":"groq/gpt-oss","attempt":2,"waited_ms":13,"candidates":[
        {"target":"openrouter/free","outcome":"no_headroom","price":0.1235,"credit":1.5,"ready_in_ms":3200,"headroom":[
        {"metric":"requests","window_s":60,"remaining":0,"limit":18},{"metric":"input_tokens","window_s":86400,"remaining":198500,"limit":200000}]},
        {"target":"groq/gpt-oss","outcome":"chosen","price":null,"credit":-0.5,"ready_in_ms":0}]}
        """.ReplaceLineEndings(""),
        DecisionJson.ToHeader(DecisionSamples.Second with { Audience = "mobile" }, DecisionSamples.Targets));

    [Fact]
    public void ToHeader_NobodyChosenAndNothingKnown_SaysNull()
    {
        var header = DecisionJson.ToHeader(DecisionSamples.Second with { Candidates = [], Table = null, Waited = TimeSpan.Zero }, DecisionSamples.Targets);

        Assert.EndsWith("\"audience\":null,\"chosen\":null,\"attempt\":2,\"waited_ms\":0,\"candidates\":[]}", header, StringComparison.Ordinal);
    }

    [Fact]
    public void ToHeader_HeadroomDoesNotFit_LeavesItOutAndSaysSo()
    {
        using var json = Parse(DecisionJson.ToHeader(Many(20), DecisionSamples.Targets));

        Assert.Equal("headroom", json.RootElement.GetProperty("omitted").GetString());
        Assert.Equal(20, json.RootElement.GetProperty("candidates").GetArrayLength());
        Assert.False(json.RootElement.GetProperty("candidates")[0].TryGetProperty("headroom", out _));
    }

    [Fact]
    public void ToHeader_CandidatesDoNotFit_LeavesTheLastOutAndSaysSo()
    {
        using var json = Parse(DecisionJson.ToHeader(Many(500), DecisionSamples.Targets));

        Assert.Equal(31, json.RootElement.GetProperty("candidates").GetArrayLength());
        Assert.Equal("headroom, 469 candidates", json.RootElement.GetProperty("omitted").GetString());
        Assert.Equal("groq/gpt-oss", json.RootElement.GetProperty("chosen").GetString());
    }

    [Fact]
    public void ToHeader_AnyNames_IsJsonInPrintableAsciiThatFits_NothingCanBeInjected()
    {
        var evil = string.Concat(Enumerable.Repeat("\r\nSet-Cookie: a=\u0000\"é\ud83d", 100));
        ImmutableArray<TargetDefinition> targets = [DecisionSamples.Target(evil, evil), DecisionSamples.Target(evil, evil)];
        var header = DecisionJson.ToHeader(DecisionSamples.Second with { RequestId = evil, Model = evil, Audience = evil }, targets);

        Assert.True(header.Length <= DecisionJson.MaxHeaderBytes);
        Assert.All(header, character => Assert.InRange(character, ' ', '~'));
        using var json = Parse(header);
        Assert.Equal(evil[..15], json.RootElement.GetProperty("model").GetString()![..15]);
    }

    [Fact]
    public void ToHeader_AnyDecision_FitsAndTellsHowMuchIsLeftOut() =>
        Gen.Select(Gen.String[0, 300], Gen.Int[1, 300], Gen.Double).MustHold(
            (name, candidates, price) =>
            {
                ImmutableArray<TargetDefinition> targets = [DecisionSamples.Target("a", name), DecisionSamples.Target("b", "c")];
                var decision = Many(candidates) with { Model = name, RequestId = name, Audience = name };
                decision = decision with { Candidates = [.. decision.Candidates.Select(candidate => candidate with { Price = price })] };
                var header = DecisionJson.ToHeader(decision, targets);

                Assert.True(header.Length <= DecisionJson.MaxHeaderBytes);
                Assert.DoesNotContain(header, character => character is < ' ' or > '~');
                using var json = Parse(header);
                var told = json.RootElement.GetProperty("candidates").GetArrayLength();
                var omitted = json.RootElement.TryGetProperty("omitted", out var words) ? words.GetString()! : "";
                Assert.Equal(candidates - told, omitted.Contains(',', StringComparison.Ordinal) ? int.Parse(omitted.Split(' ')[1], CultureInfo.InvariantCulture) : 0);
            },
            iter: 200);

    [Fact]
    public void Outcomes_AllHaveWords() => Assert.Equal(
        "not_needed chosen disabled failed resting closed no_headroom others_first too_dear",
        string.Join(' ', Enum.GetValues<CandidateOutcome>().Select(DecisionJson.WordOf)));

    private static RouteDecision Many(int candidates) => DecisionSamples.Second with
    {
        Candidates =
        [
            .. Enumerable.Repeat(new RouteCandidate(0, 0, 0, CandidateOutcome.NoHeadroom, TimeSpan.Zero), candidates - 1),
            new RouteCandidate(1, 0, 0, CandidateOutcome.Chosen, TimeSpan.Zero),
        ],
    };

    private static JsonDocument Parse(string header) => JsonDocument.Parse(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(header)));
}
