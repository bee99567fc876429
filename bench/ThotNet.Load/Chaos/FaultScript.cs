namespace ThotNet.Load.Chaos;

/// <summary>Carries a scenario out, each of its steps at its part of the load's duration.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="clock">Its time.</param>
/// <param name="duration">How long the load lasts by that clock.</param>
/// <param name="recovery">How long after the end of a fault utilisation is not judged.</param>
/// <param name="disturbances">Takes down what was done when.</param>
public sealed class FaultScript(ScriptedCluster cluster, ChaosClock clock, TimeSpan duration, TimeSpan recovery, Disturbances disturbances)
{
    private const string Authority = "provider/openrouter/default";
    private const string Offset = "+2";

    // Which silo has the wrong clock. A killed one is started again with its own clock, whichever that is.
    private const string OffsetSilo = "2";

    private const int AuthorityTries = 30;

    private static readonly TimeSpan AuthorityPoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WithoutRedis = TimeSpan.FromSeconds(5);

    /// <summary>What must be so before the load begins.</summary>
    public static async Task PrepareAsync(ChaosScenario scenario, ScriptedCluster cluster, CancellationToken cancellation)
    {
        if (scenario != ChaosScenario.ClockOffset) return;
        await cluster.RunAsync(cancellation, "stop-silo", OffsetSilo);
        await cluster.RunAsync(cancellation, "start-silo", OffsetSilo, "--clock-offset", Offset);
    }

    /// <summary>Does what the scenario says; ends when its last step is done.</summary>
    public async Task RunAsync(ChaosScenario scenario, CancellationToken cancellation)
    {
        var steps = StepsOf(scenario, cancellation);
        for (var i = 0; i < steps.Length; i++)
        {
            // In the first half, so that long enough is left after the last one to judge whole windows.
            await UntilAsync(duration * (i + 1) / ((2 * steps.Length) + 1), cancellation);
            var (what, step) = steps[i];
            var from = clock.Elapsed;
            await step();
            disturbances.Add(from, clock.Elapsed + recovery, what);
        }
    }

    private (string What, Func<Task> Step)[] StepsOf(ChaosScenario scenario, CancellationToken cancellation) => scenario switch
    {
        ChaosScenario.None => [],
        ChaosScenario.KillSilo => [("kill silo 2", () => ReplaceAsync("kill-silo", "2", cancellation))],
        ChaosScenario.KillAuthority => [("kill authority", () => ReplaceAuthorityAsync("kill-silo", "", cancellation))],
        ChaosScenario.KillRedis => [("kill Redis", () => RedisAsync(cancellation))],
        ChaosScenario.RestartEach =>
        [
            ("restart silo 1", () => ReplaceAsync("stop-silo", "1", cancellation)),
            ("restart silo 2", () => ReplaceAsync("stop-silo", "2", cancellation)),
            ("restart silo 3", () => ReplaceAsync("stop-silo", "3", cancellation)),
        ],
        ChaosScenario.PauseSilo => [("pause silo 1", () => PauseAsync("1", cancellation)), ("pause authority", () => PauseAuthorityAsync(cancellation))],
        ChaosScenario.ClockOffset => [("stop authority", () => ReplaceAuthorityAsync("stop-silo", Offset, cancellation))],
        ChaosScenario.Mixed =>
        [
            ("kill silo 2", () => ReplaceAsync("kill-silo", "2", cancellation)),
            ("pause authority", () => PauseAuthorityAsync(cancellation)),
            ("kill Redis", () => RedisAsync(cancellation)),
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(scenario), scenario, "Unknown scenario."),
    };

    private async Task ReplaceAsync(string verb, string silo, CancellationToken cancellation, params string[] how)
    {
        await cluster.RunAsync(cancellation, verb, silo);
        await cluster.RunAsync(cancellation, ["start-silo", silo, .. how]);
    }

    private async Task ReplaceAuthorityAsync(string verb, string offset, CancellationToken cancellation)
    {
        var silo = await AuthorityAsync(cancellation);
        await ReplaceAsync(verb, silo, cancellation, offset.Length > 0 && silo == OffsetSilo ? ["--clock-offset", offset] : []);
    }

    private async Task PauseAuthorityAsync(CancellationToken cancellation) => await PauseAsync(await AuthorityAsync(cancellation), cancellation);

    private async Task PauseAsync(string silo, CancellationToken cancellation)
    {
        await cluster.RunAsync(cancellation, "pause-silo", silo);
        await clock.DelayAsync(Pause, cancellation);
        await cluster.RunAsync(cancellation, "resume-silo", silo);

        // The others have declared it dead by now. Once it learns of that it ends, as it must, and whoever keeps it running starts it again.
        await clock.DelayAsync(Pause, cancellation);
        var status = await cluster.RunAsync(cancellation, "status");
        if (HasEnded(status, silo)) await cluster.RunAsync(cancellation, "start-silo", silo);
    }

    private static bool HasEnded(string status, string silo) =>
        status.Split('\n').Any(line => line.StartsWith($"silo-{silo} ", StringComparison.Ordinal) && line.EndsWith("ended", StringComparison.Ordinal));

    private async Task RedisAsync(CancellationToken cancellation)
    {
        await cluster.RunAsync(cancellation, "kill-redis");
        await clock.DelayAsync(WithoutRedis, cancellation);
        await cluster.RunAsync(cancellation, "start-redis");
    }

    private async Task<string> AuthorityAsync(CancellationToken cancellation)
    {
        // After the last authority went, a while passes until the next one has stored something.
        for (var left = AuthorityTries; ; left--)
        {
            try
            {
                return await cluster.RunAsync(cancellation, "authority", Authority);
            }
            catch (InvalidOperationException) when (left > 1)
            {
                await clock.DelayAsync(AuthorityPoll, cancellation);
            }
        }
    }

    private async Task UntilAsync(TimeSpan moment, CancellationToken cancellation)
    {
        var left = moment - clock.Elapsed;
        if (left > TimeSpan.Zero) await clock.DelayAsync(left, cancellation);
    }
}
