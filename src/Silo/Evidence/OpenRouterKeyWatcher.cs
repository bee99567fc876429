using System.Net;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Silo.Evidence;

/// <summary>
/// Asks OpenRouter every minute, and soon after it has refused us, how our keys stand: its answers tell nothing of limits (wire.md 2.2, 2.4).
/// </summary>
/// <remarks>Failure policy: what cannot be asked is not known; the budgets count on by themselves, and a line is logged once an hour.</remarks>
/// <param name="keys">Whom to ask about.</param>
/// <param name="report">Takes what is said of a quota.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads the questions of several silos.</param>
/// <param name="log">Where failures are told.</param>
public sealed partial class OpenRouterKeyWatcher(
    IReadOnlyList<WatchedKey> keys, Action<string, QuotaEvidence> report, TimeProvider time, Random random, ILogger<OpenRouterKeyWatcher> log)
    : BackgroundService
{
    /// <summary>How often a key is asked about: every minute, and up to a tenth later, so that silos do not ask together.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>The least time between two questions, however many requests are refused: 5 s.</summary>
    public static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer may take: 5 s.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Most bytes of an answer: 64 KiB.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    private static readonly TimeSpan ComplaintPause = TimeSpan.FromHours(1);

    /// <summary>Asks about the key of this quota as soon as <see cref="LeastPause"/> allows; does nothing for other quotas.</summary>
    /// <param name="quotaKey">The quota.</param>
    public void AskSoon(string quotaKey)
    {
        foreach (var key in keys)
        {
            if (key.QuotaKey == quotaKey)
            {
                key.Wish();
            }
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(keys.Select(key => WatchAsync(key, stoppingToken)));

    private async Task WatchAsync(WatchedKey key, CancellationToken stopping)
    {
        while (true)
        {
            await AskAsync(key, stopping);
            await Task.Delay(LeastPause, time, stopping);
            await WaitForWishAsync(key, Period - LeastPause + (Period * (random.NextDouble() / 10)), stopping);
        }
    }

    private async Task WaitForWishAsync(WatchedKey key, TimeSpan atMost, CancellationToken stopping)
    {
        using var period = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(period.Token, stopping);
        try
        {
            await key.WishedAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The minute is over.
        }
    }

    private async Task AskAsync(WatchedKey key, CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            if (await ReadAsync(key, either.Token) is { } evidence)
            {
                Report(key, evidence);
            }
            else
            {
                Complain(key);
            }
        }
        catch (Exception) when (!stopping.IsCancellationRequested)
        {
            Complain(key);
        }
    }

    private async Task<QuotaEvidence?> ReadAsync(WatchedKey key, CancellationToken cancellationToken)
    {
        using var message = OpenRouterKey.CreateRequest(key.Endpoint);
        using var response = await key.Client.SendAsync(message, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return null;
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxBodyBytes + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MaxBodyBytes ? OpenRouterKey.ReadEvidence(buffer.AsSpan(0, length), time.GetUtcNow()) : null;
    }

    // A key without credits says so each minute: one closing until the reset is enough.
    private void Report(WatchedKey key, QuotaEvidence evidence)
    {
        var now = time.GetUtcNow();
        if (evidence.ClosedFor > TimeSpan.Zero && now < key.ClosedUntil)
        {
            evidence = evidence with { ClosedFor = TimeSpan.Zero };
        }
        else
        {
            key.ClosedUntil = now + evidence.ClosedFor;
        }

        if (evidence.ClosedFor > TimeSpan.Zero || evidence.Budgets.Length > 0)
        {
            report(key.QuotaKey, evidence);
        }
    }

    // Neither the cause nor the answer: either may hold the key or its label.
    private void Complain(WatchedKey key)
    {
        var now = time.GetUtcNow();
        if (key.ComplainedAt is not { } last || now - last >= ComplaintPause)
        {
            key.ComplainedAt = now;
            LogNotAnswered(key.Endpoint.Name);
        }
    }

    [LoggerMessage(2201, LogLevel.Warning, "Provider {Provider} did not tell how its key stands; its limits are counted here alone")]
    private partial void LogNotAnswered(string provider);
}
