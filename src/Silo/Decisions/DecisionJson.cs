using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Routing;
using ThotNet.Silo.Routing;

namespace ThotNet.Silo.Decisions;

/// <summary>A decision as JSON: ASCII on one line.</summary>
internal static class DecisionJson
{
    /// <summary>The longest header: 4 kB.</summary>
    public const int MaxHeaderBytes = 4096;

    // The four names of a decision without candidates fit even if each character is escaped, which takes six.
    private const int MaxName = 128;

    private static readonly string[] Outcomes = [.. Enum.GetNames<CandidateOutcome>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];
    private static readonly string[] Metrics = [.. Enum.GetNames<BudgetMetric>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    /// <summary>The target that was chosen, or null.</summary>
    public static string? ChosenOf(RouteDecision decision, ImmutableArray<TargetDefinition> targets)
    {
        foreach (var candidate in decision.Candidates)
        {
            if (candidate.Outcome is CandidateOutcome.Chosen)
            {
                return targets[candidate.Target].Id;
            }
        }

        return null;
    }

    /// <summary>An outcome in words: <c>no_headroom</c>.</summary>
    public static string WordOf(CandidateOutcome outcome) => Outcomes[(int)outcome];

    /// <summary>The value of a header. What does not fit is left out, and <c>omitted</c> says so: first the headroom, then the last candidates.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="targets">All targets, in the order of configuration.</param>
    public static string ToHeader(RouteDecision decision, ImmutableArray<TargetDefinition> targets)
    {
        var output = new ArrayBufferWriter<byte>(MaxHeaderBytes);
        Write(output, decision, targets, decision.Candidates.Length, headroom: true);
        for (var candidates = decision.Candidates.Length; output.WrittenCount > MaxHeaderBytes; candidates /= 2)
        {
            output.ResetWrittenCount();
            Write(output, decision, targets, candidates, headroom: false);
        }

        return Encoding.ASCII.GetString(output.WrittenSpan);
    }

    /// <summary>Writes a decision.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="targets">All targets, in the order of configuration.</param>
    /// <param name="candidates">How many candidates at most.</param>
    /// <param name="headroom">Whether with the headroom of their budgets.</param>
    public static void Write(
        Utf8JsonWriter json, RouteDecision decision, ImmutableArray<TargetDefinition> targets, int candidates = int.MaxValue, bool headroom = true)
    {
        json.WriteStartObject();
        WriteName(json, "request_id", decision.RequestId);
        json.WriteString("time", decision.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        WriteName(json, "model", decision.Model);
        WriteName(json, "audience", decision.Audience);
        WriteName(json, "chosen", ChosenOf(decision, targets));
        json.WriteNumber("attempt", decision.Attempt);
        json.WriteNumber("waited_ms", Milliseconds(decision.Waited));
        json.WriteStartArray("candidates");
        foreach (var candidate in decision.Candidates.AsSpan()[..Math.Min(candidates, decision.Candidates.Length)])
        {
            WriteCandidate(json, candidate, targets[candidate.Target].Id, headroom ? decision.Table : null);
        }

        json.WriteEndArray();
        WriteOmitted(json, headroom, decision.Candidates.Length - candidates);
        json.WriteEndObject();
    }

    private static void Write(
        ArrayBufferWriter<byte> output, RouteDecision decision, ImmutableArray<TargetDefinition> targets, int candidates, bool headroom)
    {
        using var json = new Utf8JsonWriter(output);
        Write(json, decision, targets, candidates, headroom);
    }

    private static void WriteCandidate(Utf8JsonWriter json, RouteCandidate candidate, string target, RouteTable? table)
    {
        json.WriteStartObject();
        WriteName(json, "target", target);
        json.WriteString("outcome", WordOf(candidate.Outcome));
        WriteNumber(json, "price", candidate.Price);
        WriteNumber(json, "credit", candidate.Credit);
        json.WriteNumber("ready_in_ms", Milliseconds(candidate.ReadyIn));
        if (table?.Targets.FirstOrDefault(route => route.Target == target)?.Quota is { } quota)
        {
            json.WriteStartArray("headroom");
            foreach (var budget in quota.Budgets)
            {
                WriteBudget(json, budget);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteBudget(Utf8JsonWriter json, BudgetSnapshot budget)
    {
        json.WriteStartObject();
        json.WriteString("metric", Metrics[(int)budget.Definition.Metric]);
        json.WriteNumber("window_s", (long)budget.Definition.Window.TotalSeconds);
        json.WriteNumber("remaining", budget.Remaining);
        json.WriteNumber("limit", budget.ProviderLimit ?? budget.Definition.Amount);
        json.WriteEndObject();
    }

    private static void WriteOmitted(Utf8JsonWriter json, bool headroom, int candidates)
    {
        if (!headroom)
        {
            json.WriteString("omitted", candidates > 0 ? $"headroom, {candidates.ToString(CultureInfo.InvariantCulture)} candidates" : "headroom");
        }
    }

    // JSON has no infinity: there is no number where there is no end.
    private static void WriteNumber(Utf8JsonWriter json, string name, double number)
    {
        if (double.IsFinite(number))
        {
            json.WriteNumber(name, Math.Round(number, 4));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static long Milliseconds(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);

    private static void WriteName(Utf8JsonWriter json, string property, string? name)
    {
        if (name is null)
        {
            json.WriteNull(property);
        }
        else
        {
            json.WriteString(property, name.AsSpan(0, Math.Min(name.Length, MaxName)));
        }
    }
}
