using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Silo.Pipeline;

namespace ThotNet.Silo.Tests.Pipeline;

public sealed class RoutePlanTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly TargetDefinition First = Target("first");
    private static readonly TargetDefinition Second = Target("second");

    [Theory]
    [InlineData(FailureClass.Transient, true)]
    [InlineData(FailureClass.ThrottledUpstream, true)]
    [InlineData(FailureClass.Throttled, true)]
    [InlineData(FailureClass.TimedOut, false)]
    [InlineData(FailureClass.BrokenStream, false)]
    [InlineData(FailureClass.TooLarge, false)]
    [InlineData(FailureClass.ModelGone, false)]
    [InlineData(FailureClass.KeyRefused, false)]
    [InlineData(FailureClass.ModelFailure, false)]
    [InlineData(FailureClass.QuotaGone, false)]
    public void Fail_ByClass_DecidesWhetherTheSameTargetMayBeTriedAgain(FailureClass failure, bool again)
    {
        var plan = Plan();
        plan.Begin(First);

        Assert.True(plan.Fail(First, new ProviderFailure(failure, 500, "no"), Now));
        Assert.Equal(again, plan.MayTry(First));
        Assert.True(plan.MayTry(Second));
    }

    [Theory]
    [InlineData(FailureClass.CallerMistake)]
    [InlineData(FailureClass.ContentPolicy)]
    public void Fail_CallersOwnMistake_GoesBackAtOnce(FailureClass failure)
    {
        var plan = Plan();
        plan.Begin(First);

        Assert.False(plan.Fail(First, new ProviderFailure(failure, 400, "no"), Now));
    }

    [Fact]
    public void Fail_SameTargetAgain_RestsLongerEachTimeAndEndsAfterThree()
    {
        var plan = Plan();
        var rests = new List<TimeSpan>();
        for (var attempt = 0; attempt < RoutePlan.MaxAttemptsPerTarget; attempt++)
        {
            Assert.True(plan.MayTry(First));
            plan.Begin(First);
            plan.Fail(First, new ProviderFailure(FailureClass.Transient, 500, "no"), Now);
            rests.Add(plan.RestOf(First, Now));
        }

        Assert.False(plan.MayTry(First));
        Assert.InRange(rests[0], RoutePlan.FirstBackoff * 0.75, RoutePlan.FirstBackoff);
        Assert.InRange(rests[1], RoutePlan.FirstBackoff * 1.5, RoutePlan.FirstBackoff * 2);
        Assert.Equal(TimeSpan.Zero, plan.RestOf(First, Now + TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void Fail_RetryAfter_IsObeyed()
    {
        var plan = Plan();
        plan.Begin(First);
        plan.Fail(First, new ProviderFailure(FailureClass.ThrottledUpstream, 429, "no", RetryAfter: TimeSpan.FromSeconds(7)), Now);

        Assert.Equal(TimeSpan.FromSeconds(7), plan.RestOf(First, Now));
    }

    [Fact]
    public void Begin_WithoutFallback_LeavesOnlyTheFirstTarget()
    {
        var plan = Plan(fallback: false);
        plan.Begin(First);
        plan.Fail(First, new ProviderFailure(FailureClass.Transient, 500, "no"), Now);

        Assert.False(plan.MayTry(Second));
        Assert.True(plan.MayTry(First));
    }

    [Fact]
    public void Fail_AfterTheLastAttempt_GoesBack()
    {
        var plan = Plan();
        var goesOn = true;
        for (var attempt = 0; attempt < RoutePlan.MaxAttempts; attempt++)
        {
            var target = Target($"target{attempt}");
            plan.Begin(target);
            goesOn = plan.Fail(target, new ProviderFailure(FailureClass.Transient, 500, "no"), Now);
        }

        Assert.False(goesOn);
    }

    private static RoutePlan Plan(bool fallback = true) => new([[First, Second]], fallback, new Random(1));

    private static TargetDefinition Target(string provider) => new(provider, "model", [], 1, $"provider/{provider}/default", Capabilities.None, 100);
}
