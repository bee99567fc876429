using System.Runtime.CompilerServices;

namespace ThotNet.Testing;

/// <summary>
/// Bounded waiting for what another thread or process does in its own time. It is the only place where tests let real time pass: where a clock can be
/// injected or a barrier set, they use that.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until the condition is true.</summary>
    /// <param name="condition">Asked again and again; it may move a fake clock on.</param>
    /// <param name="what">What is waited for, in words or as the condition stands in the code.</param>
    /// <param name="seconds">How long at most, in seconds.</param>
    /// <exception cref="TimeoutException">It did not come true in time.</exception>
    public static Task TrueAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "", int seconds = 20) =>
        TrueAsync(() => Task.FromResult(condition()), what, seconds);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, int)"/>
    public static async Task TrueAsync(
        Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "", int seconds = 20)
    {
        if (!await HappensAsync(condition, TimeSpan.FromSeconds(seconds), Pause))
        {
            throw new TimeoutException($"Not within {seconds} s: {what}");
        }
    }

    /// <summary>Waits until the condition is true, but no longer than that.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="atMost">How long at most.</param>
    /// <param name="pause">How long between two looks.</param>
    /// <returns>Whether it came true.</returns>
    public static async Task<bool> HappensAsync(Func<Task<bool>> condition, TimeSpan atMost, TimeSpan pause)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(begin) > atMost)
            {
                return false;
            }

            await Task.Delay(pause, TimeProvider.System);
        }

        return true;
    }
}
