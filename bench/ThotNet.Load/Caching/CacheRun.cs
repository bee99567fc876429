using ThotNet.Load.Decisions;
using ThotNet.Load.Reporting;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Caching;

/// <summary>Starts everything, measures hits under load and one at a time, ends everything.</summary>
internal sealed class CacheRun(int connections, TimeSpan seconds, TimeProvider time)
{
    // At least some thousand look-ups.
    private static readonly TimeSpan LookupWarmUp = TimeSpan.FromSeconds(2);

    private const string BareGet = "GET in Redis, in this process";

    /// <summary>How many steps <see cref="RunAsync"/> reports when nothing is missing.</summary>
    public static int StepsOf(int rounds) => WayRun.StepsOf(ways: 7 + 5, rounds);

    /// <summary>Measures.</summary>
    /// <param name="rounds">How often.</param>
    /// <param name="step">Told what is measured next.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <returns>The report, and whether everything could be started and all answers were hits.</returns>
    public async Task<(Report Report, bool IsGood)> RunAsync(int rounds, Action<string> step, CancellationToken cancellation)
    {
        using var fleet = new Fleet(time);
        using var answers = await RedisServer.StartAsync(durable: false);
        var subjects = await CacheSubjects.StartAsync(fleet, answers, cancellation);
        var loops = await new ThroughputRun(connections, seconds, time).RunAsync([.. subjects.Present], rounds, step, cancellation);
        await using var value = await StoredValue.FindAsync(answers, CacheSubjects.RedisOnly, subjects.Secret, time, cancellation);
        var lookups = await new WayRun(LookupWarmUp, seconds).RunAsync([.. LookupsOf(subjects, value, answers)], rounds, step, cancellation);

        var report = ThroughputReport.Make(subjects.All, loops, connections, rounds);
        report.Tables[0].Notes.Add("Of each answer of ThotNet it is checked that it is a hit; others are errors. With \"hits from Redis\" the CPU of that Redis counts.");
        LookupReport.AddTo(report, lookups, rounds);
        report.Tables[1].Notes.Add(value is null ? "No answer was found in Redis." : $"The value in Redis has {value.Bytes} bytes; the rows of Redis read the same one.");
        var errors = loops.Values.Concat(lookups.Values).SelectMany(measured => measured).Sum(one => one.Loop.Errors);
        return (report, value is not null && errors == 0 && subjects.All.All(subject => subject.Missing.Length == 0));
    }

    private IEnumerable<Way> LookupsOf(CacheSubjects subjects, StoredValue? value, RedisServer answers)
    {
        if (value is not null)
        {
            yield return InProcess(BareGet, "", value.GetAsync, answers.Process);
            yield return InProcess("silo's store with that Redis, in this process", BareGet, value.FindAnswerAsync, answers.Process);
        }

        foreach (var subject in subjects.Present.Where(one => one.Name is Fleet.Upstream or CacheSubjects.FromMemory or CacheSubjects.FromRedis))
        {
            yield return Way.OverHttp(subject, subject.Name == Fleet.Upstream ? "" : BareGet, connections: 1, time);
        }
    }
    private Way InProcess(string name, string comparator, Func<ValueTask<bool>> look, ChildProcess server) =>
        new(name, comparator, new LookupLoop(look, time).RunAsync, () => CpuTime.OfOne("self") + CpuTime.OfOne($"{server.Id}"));
}
