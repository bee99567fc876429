using Microsoft.Extensions.Logging;
using Orleans.Storage;
using ThotNet.Grains.Abstractions.Routing;

namespace ThotNet.Grains.Routing;

/// <summary>Stores what the router has learned of the day, now and then. The turns of the router own it.</summary>
/// <remarks>
/// Failure policy: it is logged, and tried again the next time. Of two routers the one that writes later is right: what is stored is read again before it
/// is overwritten, and nothing else is made of it.
/// </remarks>
internal sealed partial class ProfileStore(IGrainStorage storage, GrainId router, TimeProvider time, ILogger log)
{
    /// <summary>Name of the state in its storage.</summary>
    public const string StateName = "router";

    private readonly GrainState<RouterState> _state = new(new RouterState());
    private DateTimeOffset _lastAt = time.GetUtcNow();
    private bool _isUnsure;

    /// <summary>Whether it is known what was stored. Until then nothing is: what is not yet learned again would replace it.</summary>
    public bool HasRead { get; private set; }

    /// <summary>Whether it is time to store it.</summary>
    public bool IsDue => time.GetUtcNow() - _lastAt >= RouterGrain.StorePeriod;

    /// <summary>What was stored; null when nothing was or it cannot be read. It never throws.</summary>
    public async Task<DayProfile?> ReadAsync()
    {
        _lastAt = time.GetUtcNow();
        try
        {
            await storage.ReadStateAsync(StateName, router, _state);
            HasRead = true;
            return _state.State?.Profile;
        }
        catch (Exception exception)
        {
            LogNotRead(exception);
            return null;
        }
    }

    /// <summary>Stores it. It never throws.</summary>
    public async Task WriteAsync(DayProfile profile)
    {
        _lastAt = time.GetUtcNow();
        try
        {
            if (_isUnsure)
            {
                await storage.ReadStateAsync(StateName, router, _state);
            }

            _isUnsure = true;
            _state.State = new() { Profile = profile };
            await storage.WriteStateAsync(StateName, router, _state);
            _isUnsure = false;
        }
        catch (Exception exception)
        {
            LogNotStored(exception);
        }
    }

    [LoggerMessage(3103, LogLevel.Warning, "What was learned of the day could not be read; it is learned anew")]
    private partial void LogNotRead(Exception exception);

    [LoggerMessage(3104, LogLevel.Warning, "What was learned of the day could not be stored; the next try follows in some minutes")]
    private partial void LogNotStored(Exception exception);
}
