using System.Net;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers;
using ThotNet.Routing.Quota;
using ThotNet.Silo.Pipeline;

namespace ThotNet.Silo.Tests.Pipeline;

/// <summary>What is settled after an attempt, however it ends. Seen from the authority: what the silo reports of its lease.</summary>
public sealed class AttemptSettlementTests : IDisposable
{
    private const string Text = """{"id":"x","choices":[{"index":0,"delta":{"content":"a"}}]}""";
    private const string Stop = """{"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";
    private const string Usage = """{"id":"x","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}""";
    private const string Done = "[DONE]";
    private const string Error = """{"error":{"message":"no","code":400}}""";

    private static readonly QuotaAmounts Counted = new(1, 12, 5, 7, 19);
    private static readonly QuotaAmounts RequestOnly = new(1, 0);

    private readonly AttemptFixture _attempt = new();

    private static TimeSpan LastMoment => LeaseRules.Lifetime + LeaseRules.SendMargin;

    public void Dispose() => _attempt.Dispose();

    [Theory]
    [InlineData("""{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}""", 5, 7)]
    [InlineData("""{"prompt_tokens":5,"completion_tokens":7,"total_tokens":62}""", 5, 57)]
    [InlineData("""{"prompt_tokens":500,"completion_tokens":7000}""", 500, 7000)]
    public async Task Answer_WithUsage_SettlesWhatWasCountedEvenAboveTheReservation(string usage, long input, long output) =>
        await Settles(new(1, input + output, input, output, input + (2 * output)), AttemptResult.Answered, false, FakeProvider.Answers(200, Answer(usage)));

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}""")]
    [InlineData("""{"prompt_tokens":-5,"completion_tokens":"many"}""")]
    public async Task Answer_WithoutUsage_KeepsTheReservation(string usage) =>
        await Settles(AttemptFixture.Reserved, AttemptResult.Answered, false, FakeProvider.Answers(200, Answer(usage)));

    [Fact]
    public async Task Stream_WithUsage_SettlesWhatWasCounted() =>
        await Settles(Counted, AttemptResult.Answered, true, FakeProvider.Streams(Text, Stop, Usage, Done));

    [Fact]
    public async Task Stream_WithoutUsage_KeepsTheReservation() =>
        await Settles(AttemptFixture.Reserved, AttemptResult.Answered, true, FakeProvider.Streams(Text, Stop, Done));

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(413)]
    [InlineData(429)]
    public async Task Refusal_BeforeAnyWork_CostsTheRequestAlone(int status) =>
        await Settles(RequestOnly, AttemptResult.Failed, false, FakeProvider.Answers(status, Error));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refusal_WhoseBodyDoesNotEnd_IsThatRefusal(bool breaks)
    {
        var outcome = await Settles(RequestOnly, AttemptResult.Failed, false, new FakeProvider(async (request, _) =>
        {
            await FakeProvider.Take(request);
            var body = FakeProvider.Interrupted("""{"error":""", breaks ? _ => throw new IOException("reset") : Silence);
            return new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Content = body, Headers = { { "retry-after", "7" } } };
        }));
        Assert.Equal((FailureClass.Throttled, TimeSpan.FromSeconds(7)), (outcome.Failure!.Class, outcome.Failure.RetryAfter));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Failure_OfTheProvider_KeepsTheReservation(int status) =>
        await Settles(AttemptFixture.Reserved, AttemptResult.Failed, false, FakeProvider.Answers(status, Error));

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    public async Task Answer_Unreadable_KeepsTheReservation(string body) =>
        await Settles(AttemptFixture.Reserved, AttemptResult.Failed, false, FakeProvider.Answers(200, body));

    [Fact]
    public async Task Stream_ErrorEvent_KeepsTheReservation() =>
        await Settles(AttemptFixture.Reserved, AttemptResult.Broken, true, FakeProvider.Streams(Text, Error));

    [Fact]
    public async Task Stream_EndsEarly_KeepsTheReservation() =>
        await Settles(AttemptFixture.Reserved, AttemptResult.Broken, true, FakeProvider.Streams(Text));

    [Fact]
    public async Task Stream_BreaksOff_KeepsTheReservation() =>
        await Settles(AttemptFixture.Reserved, AttemptResult.Broken, true, FakeProvider.StreamsAndThen(_ => throw new IOException("reset"), Text));

    [Fact]
    public async Task Stream_FallsSilent_KeepsTheReservation() =>
        await Settles(AttemptFixture.Reserved, AttemptResult.Broken, true, FakeProvider.StreamsAndThen(Silence, Text));

    [Fact]
    public async Task NoAnswerInTime_KeepsTheReservation() =>
        await Settles(AttemptFixture.Reserved, AttemptResult.Failed, false, Sends(Silence));

    [Fact]
    public async Task ConnectionBreaksAfterSending_KeepsTheReservation() =>
        await Settles(AttemptFixture.Reserved, AttemptResult.Failed, false, Sends(_ => throw new HttpRequestException("reset")));

    [Fact]
    public async Task NoConnection_GivesAllBack() =>
        await Settles(
            QuotaAmounts.Zero, AttemptResult.Failed, false, new FakeProvider((_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused")));

    [Fact]
    public async Task NoConnectionInTime_GivesAllBackAndIsNoFaultOfOurs()
    {
        using var connections = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(1),
            ConnectCallback = async (_, cancel) =>
            {
                await new TaskCompletionSource().Task.WaitAsync(cancel);
                throw new InvalidOperationException();
            },
        };
        var (outcome, settled) = await _attempt.RunAsync(stream: false, connections);
        Assert.Equal((AttemptResult.Failed, FailureClass.Transient, QuotaAmounts.Zero), (outcome.Result, outcome.Failure!.Class, settled));
    }

    [Fact]
    public async Task CallerLeaves_BeforeAnythingIsSent_GivesAllBack() =>
        await Settles(QuotaAmounts.Zero, AttemptResult.CallerLeft, true, new FakeProvider(async (_, cancel) =>
        {
            await Leave(cancel);
            throw new InvalidOperationException();
        }));

    [Fact]
    public async Task CallerLeaves_BeforeTheHeaders_KeepsTheReservation() =>
        await Settles(AttemptFixture.Reserved, AttemptResult.CallerLeft, true, Sends(Leave));

    [Fact]
    public async Task CallerLeaves_AfterTheHeaders_KeepsTheReservation() =>
        await Settles(AttemptFixture.Reserved, AttemptResult.CallerLeft, true, FakeProvider.StreamsAndThen(Leave));

    [Fact]
    public async Task CallerLeaves_InTheMiddle_KeepsTheReservation() =>
        await Settles(AttemptFixture.Reserved, AttemptResult.CallerLeft, true, FakeProvider.StreamsAndThen(Leave, Text));

    [Fact]
    public async Task CallerLeaves_BehindTheFinishReasonAndTheUsage_SettlesWhatWasCounted() =>
        await Settles(Counted, AttemptResult.CallerLeft, true, FakeProvider.StreamsAndThen(Leave, Text, Stop, Usage));

    [Fact]
    public async Task CallerLeaves_BehindTheFinishReason_KeepsTheReservation() =>
        await Settles(AttemptFixture.Reserved, AttemptResult.CallerLeft, true, FakeProvider.StreamsAndThen(Leave, Text, Stop));

    [Fact]
    public async Task CallerLeaves_WhenTheAnswerIsThere_SettlesWhatWasCounted()
    {
        _attempt.LeaveAtFirstWrite();
        await Settles(
            Counted, AttemptResult.CallerLeft, false, FakeProvider.Answers(200, Answer("""{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}""")));
    }

    [Fact]
    public async Task Lease_OverForTooLong_NothingIsSentAndAllGivenBack() =>
        await Settles(QuotaAmounts.Zero, AttemptResult.NeverSent, false, After(LastMoment));

    [Fact]
    public async Task Lease_OverForLessThanTheMargin_IsSent() =>
        await Settles(Counted, AttemptResult.Answered, false, After(LastMoment - TimeSpan.FromMilliseconds(1)));

    [Fact]
    public async Task Lease_OverWhenAStaleConnectionIsReplaced_SendsNoSecondTimeAndKeepsTheReservation()
    {
        var outcome = await Settles(AttemptFixture.Reserved, AttemptResult.Failed, false, new FakeProvider(async (request, _) =>
        {
            await FakeProvider.Take(request);
            _attempt.Time.Advance(LastMoment);
            await FakeProvider.Take(request);
            throw new InvalidOperationException("It was sent a second time.");
        }));
        Assert.Equal(FailureClass.Transient, outcome.Failure!.Class);
    }

    private async Task<AttemptOutcome> Settles(QuotaAmounts expected, AttemptResult result, bool stream, FakeProvider provider)
    {
        using (provider)
        {
            var (outcome, settled) = await _attempt.RunAsync(stream, provider);
            Assert.Equal((result, expected), (outcome.Result, settled));
            return outcome;
        }
    }

    private static string Answer(string usage) =>
        $$"""{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}],"usage":{{usage}}}""";

    private static FakeProvider Sends(Func<CancellationToken, Task> then) => new(async (request, cancel) =>
    {
        await FakeProvider.Take(request);
        await then(cancel);
        throw new InvalidOperationException("The attempt went on.");
    });

    private FakeProvider After(TimeSpan time) => new(async (request, _) =>
    {
        _attempt.Time.Advance(time);
        await FakeProvider.Take(request);
        return new HttpResponseMessage { Content = new StringContent(Answer("""{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}""")) };
    });

    private Task Leave(CancellationToken cancel)
    {
        _attempt.Leave();
        cancel.ThrowIfCancellationRequested();
        return Task.CompletedTask;
    }

    private Task Silence(CancellationToken cancel)
    {
        _attempt.Time.Advance(TimeSpan.FromMinutes(3));
        cancel.ThrowIfCancellationRequested();
        return Task.CompletedTask;
    }
}
