using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Failures;

namespace ThotNet.Silo.Pipeline;

/// <summary>Why no target's quota gave a lease, gathered over the candidates of one round. Used by one request at a time.</summary>
internal sealed class Refusals
{
    /// <summary>A wait longer than this is hopeless for a caller: clients that obey it would hang (wire.md 1.6).</summary>
    public static readonly TimeSpan Hopeless = TimeSpan.FromMinutes(2);

    private int _all;
    private int _tooLarge;
    private int _storage;
    private int _learning;
    private int _dayGone;
    private int _faults;

    /// <summary>The shortest time after which one of them may serve; null when none ever will.</summary>
    public TimeSpan? Earliest { get; private set; }

    /// <summary>Whether no target was asked at all.</summary>
    public bool IsEmpty => _all == 0;

    /// <summary>Adds one target's refusal.</summary>
    public void Add(LeaseRefusal refusal, TimeSpan retryAfter, bool dayExhausted)
    {
        _all++;
        if (refusal is LeaseRefusal.TooLarge)
        {
            _tooLarge++;
            return;
        }

        _storage += refusal is LeaseRefusal.StorageFailed or LeaseRefusal.Unknown or LeaseRefusal.Stale ? 1 : 0;
        _learning += refusal is LeaseRefusal.Learning ? 1 : 0;
        _dayGone += dayExhausted || retryAfter > Hopeless ? 1 : 0;
        if (refusal is not LeaseRefusal.Unknown && !(Earliest < retryAfter))
        {
            Earliest = retryAfter;
        }
    }

    /// <summary>Adds a target that is left alone for a while.</summary>
    /// <param name="rest">How long.</param>
    /// <param name="isFault">It failed, and did not just say that it takes nothing for now.</param>
    public void AddResting(TimeSpan rest, bool isFault)
    {
        _faults += isFault ? 1 : 0;
        Add(LeaseRefusal.None, rest, dayExhausted: false);
    }

    /// <summary>The error for a caller who will not, or need not, wait.</summary>
    public ApiError ToError(DateTimeOffset now)
    {
        var serveable = _all - _tooLarge;
        if (IsEmpty)
        {
            return ApiError.TemporarilyUnavailable(FailureErrors.UsualWait);
        }

        if (serveable == 0)
        {
            return new ApiError(
                413, "The request is larger than a whole token budget of every provider that could serve it.", "invalid_request_error", "request_too_large")
            {
                Spanish = "La solicitud es mayor que el presupuesto de tokens completo de todo proveedor que podría atenderla.",
            };
        }

        if (_learning > 0 && _learning + _storage == serveable)
        {
            return ApiError.Unavailable("The service is temporarily unavailable: what was spent is being counted anew after a loss of state; nothing was sent.", Earliest) with
            {
                Spanish = "El servicio no está disponible temporalmente: tras una pérdida de estado se está contando de nuevo lo gastado; no se envió nada.",
            };
        }

        if (_storage == serveable)
        {
            return ApiError.Unavailable("The service is temporarily unavailable: budgets cannot be checked; nothing was sent.", Earliest) with
            {
                Spanish = "El servicio no está disponible temporalmente: los presupuestos no se pueden comprobar; no se envió nada.",
            };
        }

        if (_faults + _storage == serveable)
        {
            return ApiError.TemporarilyUnavailable(Earliest ?? FailureErrors.UsualWait);
        }

        return _dayGone == serveable ? DayGone(Earliest ?? TimeSpan.Zero, now) : Busy(Earliest ?? TimeSpan.Zero);
    }

    private static ApiError Busy(TimeSpan wait) => new(
        429, $"All providers' budgets are in use. Try again in {Seconds(wait)} s.", "requests", "rate_limit_exceeded", null, wait)
    {
        Spanish = $"Los presupuestos de todos los proveedores están en uso. Inténtelo de nuevo en {Seconds(wait)} s.",
    };

    private static ApiError DayGone(TimeSpan wait, DateTimeOffset now) => new(
        429, $"The budgets of all providers are spent until {now + wait:yyyy-MM-dd'T'HH:mm:ss'Z'}.", "insufficient_quota", "insufficient_quota", null, wait)
    {
        Spanish = $"Los presupuestos de todos los proveedores están agotados hasta {now + wait:yyyy-MM-dd'T'HH:mm:ss'Z'}.",
        ShouldRetry = false,
        ResetsAt = now + wait,
    };

    private static int Seconds(TimeSpan wait) => Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
}
