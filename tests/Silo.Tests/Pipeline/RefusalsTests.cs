using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Silo.Pipeline;

namespace ThotNet.Silo.Tests.Pipeline;

public sealed class RefusalsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Fact]
    public void ToError_AuthorityLearns_Is503ThatSaysSo()
    {
        var refusals = new Refusals();
        refusals.Add(LeaseRefusal.StorageFailed, TimeSpan.FromSeconds(4), dayExhausted: false);
        refusals.Add(LeaseRefusal.Learning, TimeSpan.FromSeconds(1), dayExhausted: false);
        var error = refusals.ToError(Now);

        Assert.Equal((503, TimeSpan.FromSeconds(1), true), (error.Status, error.RetryAfter, error.ShouldRetry));
        Assert.Equal("The service is temporarily unavailable: what was spent is being counted anew after a loss of state; nothing was sent.", error.Message);
    }

    [Fact]
    public void ToError_SomeMinuteBudgetIsSpent_Is429WithTheShortestWait()
    {
        var refusals = new Refusals();
        refusals.Add(LeaseRefusal.Exhausted, TimeSpan.FromSeconds(40), dayExhausted: false);
        refusals.Add(LeaseRefusal.Exhausted, TimeSpan.FromSeconds(2.5), dayExhausted: false);
        var error = refusals.ToError(Now);

        Assert.Equal((429, "rate_limit_exceeded", 3, true), (error.Status, error.Code, error.RetryAfterSeconds, error.ShouldRetry));
    }

    /// <summary>The bucket of Groq's documented day gives one request back every 86.4 s: the true wait, although Node ignores more than 60 s.</summary>
    [Theory]
    [InlineData(86.4, 87)]
    [InlineData(120, 120)]
    public void ToError_LeakyDayIsFull_Is429WithTheTrueWait_Wire16(double wait, int seconds)
    {
        var refusals = new Refusals();
        refusals.Add(LeaseRefusal.Exhausted, TimeSpan.FromSeconds(wait), dayExhausted: false);
        var error = refusals.ToError(Now);

        Assert.Equal((429, "rate_limit_exceeded", seconds, true), (error.Status, error.Code, error.RetryAfterSeconds, error.ShouldRetry));
        Assert.Null(error.ResetsAt);
    }

    [Fact]
    public void ToError_OneDayIsSpentAndAnotherTargetDrains_IsTheShorterWait()
    {
        var refusals = new Refusals();
        refusals.Add(LeaseRefusal.Exhausted, TimeSpan.FromHours(5), dayExhausted: true);
        refusals.Add(LeaseRefusal.Exhausted, TimeSpan.FromSeconds(86.4), dayExhausted: false);

        Assert.Equal(("rate_limit_exceeded", 87), (refusals.ToError(Now).Code, refusals.ToError(Now).RetryAfterSeconds));
    }

    [Fact]
    public void ToError_EveryDayBudgetIsSpent_IsInsufficientQuotaWithTheTrueTime()
    {
        var refusals = new Refusals();
        refusals.Add(LeaseRefusal.Exhausted, TimeSpan.FromHours(5), dayExhausted: true);
        var error = refusals.ToError(Now);

        Assert.Equal((429, "insufficient_quota", false), (error.Status, error.Code, error.ShouldRetry));
        Assert.Equal(Now.AddHours(5), error.ResetsAt);
    }

    [Fact]
    public void ToError_ProviderClosedTheQuotaForLong_IsInsufficientQuota()
    {
        var refusals = new Refusals();
        refusals.Add(LeaseRefusal.Closed, TimeSpan.FromMinutes(10), dayExhausted: false);

        Assert.Equal((429, "insufficient_quota", false), (refusals.ToError(Now).Status, refusals.ToError(Now).Code, refusals.ToError(Now).ShouldRetry));
    }

    [Fact]
    public void ToError_LargerThanEveryBudget_Is413()
    {
        var refusals = new Refusals();
        refusals.Add(LeaseRefusal.TooLarge, TimeSpan.Zero, dayExhausted: false);

        Assert.Equal(413, refusals.ToError(Now).Status);
        Assert.Null(refusals.Earliest);
    }

    [Fact]
    public void ToError_StoreDoesNotConfirm_Is503()
    {
        var refusals = new Refusals();
        refusals.Add(LeaseRefusal.StorageFailed, TimeSpan.FromSeconds(1), dayExhausted: false);

        Assert.Equal((503, 1), (refusals.ToError(Now).Status, refusals.ToError(Now).RetryAfterSeconds));
    }

    [Fact]
    public void ToError_QuotaThatNobodyKnows_Is503WithoutAWait()
    {
        var refusals = new Refusals();
        refusals.Add(LeaseRefusal.Unknown, TimeSpan.Zero, dayExhausted: false);

        Assert.Equal(503, refusals.ToError(Now).Status);
        Assert.Null(refusals.Earliest);
    }

    [Fact]
    public void ToError_NobodyIsLeft_IsTemporarilyUnavailable() =>
        Assert.Equal(ApiError.TemporarilyUnavailable(TimeSpan.FromSeconds(5)), new Refusals().ToError(Now));

    [Theory]
    [InlineData(LeaseRefusal.Exhausted, 2.5, false, "Los presupuestos de todos los proveedores están en uso. Inténtelo de nuevo en 3 s.")]
    [InlineData(LeaseRefusal.Exhausted, 3600, true, "Los presupuestos de todos los proveedores están agotados hasta 1970-01-01T01:00:00Z.")]
    [InlineData(LeaseRefusal.TooLarge, 0, false, "La solicitud es mayor que el presupuesto de tokens completo de todo proveedor que podría atenderla.")]
    [InlineData(LeaseRefusal.Learning, 1, false, "El servicio no está disponible temporalmente: tras una pérdida de estado se está contando de nuevo lo gastado; no se envió nada.")]
    [InlineData(LeaseRefusal.StorageFailed, 1, false, "El servicio no está disponible temporalmente: los presupuestos no se pueden comprobar; no se envió nada.")]
    public void ToError_AnyReason_IsSaidInSpanishAsWell(LeaseRefusal refusal, double wait, bool day, string spanish)
    {
        var refusals = new Refusals();
        refusals.Add(refusal, TimeSpan.FromSeconds(wait), day);

        Assert.Equal(spanish, refusals.ToError(Now).Spanish);
    }

    [Fact]
    public void ToError_AllFailOrDoNotAnswer_Is503WithTheShortestWait()
    {
        var refusals = new Refusals();
        refusals.AddResting(TimeSpan.FromSeconds(5), isFault: true);
        refusals.Add(LeaseRefusal.StorageFailed, TimeSpan.FromSeconds(9), dayExhausted: false);
        var error = refusals.ToError(Now);

        Assert.Equal((503, "service_unavailable", 5), (error.Status, error.Code, error.RetryAfterSeconds));
        Assert.Equal("The service is temporarily unavailable. Try again in 5 s.", error.Message);
    }

    [Fact]
    public void ToError_AllAreClosedByTheirProviders_Is429()
    {
        var refusals = new Refusals();
        refusals.AddResting(TimeSpan.FromSeconds(5), isFault: false);

        Assert.Equal((429, 5), (refusals.ToError(Now).Status, refusals.ToError(Now).RetryAfterSeconds));
    }
}
