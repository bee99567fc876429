using System.Text.Json;
using ThotNet.ProviderSimulator.Control;
using ThotNet.ProviderSimulator.Dialects;

namespace ThotNet.ProviderSimulator.Faults;

/// <summary>
/// Faults that providers really show, by name (wire.md 2.3, 3.3, 4.5). They are in <c>presets.json</c>, in the form of
/// <see cref="Fault"/>, but with bodies as JSON where the provider's are. Each <c>gemini-native-x</c> is there a second time as
/// <c>gemini-x</c>, its body in an array, as Google's OpenAI-compatible endpoint and streams without <c>alt=sse</c> have it.
/// </summary>
public static class FaultPresets
{
    private const string Native = "gemini-native-";

    private static readonly Dictionary<string, Fault> All = Load();

    /// <summary>The names of all presets.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>Fills in from the fault's preset what the fault leaves open.</summary>
    internal static Fault Complete(Fault fault)
    {
        if (fault.Preset is null)
            return fault;
        var preset = All[fault.Preset];
        return fault with
        {
            Status = fault.Status ?? preset.Status,
            Body = fault.Body ?? preset.Body,
            ContentType = fault.ContentType ?? preset.ContentType,
            Headers = fault.Headers ?? preset.Headers,
            Ending = fault.Ending == FaultEnding.None ? preset.Ending : fault.Ending,
            AfterChunks = fault.AfterChunks == 0 ? preset.AfterChunks : fault.AfterChunks,
        };
    }

    private static Dictionary<string, Fault> Load()
    {
        using var stream = typeof(FaultPresets).Assembly.GetManifestResourceStream("presets.json")!;
        var entries = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, JsonElement>>>(stream)!;
        var faults = entries.ToDictionary(entry => entry.Key, entry => Read(entry.Value), StringComparer.Ordinal);
        foreach (var (name, fault) in faults.Where(entry => entry.Key.StartsWith(Native, StringComparison.Ordinal)).ToList())
            faults.Add("gemini-" + name[Native.Length..], fault with { Body = $"[{fault.Body}]" });
        return faults;
    }

    private static Fault Read(Dictionary<string, JsonElement> fields)
    {
        var body = fields.GetValueOrDefault("body");
        fields.Remove("body");
        var fault = JsonSerializer.SerializeToElement(fields).Deserialize<Fault>(ControlEndpoints.Json)!;
        return body.ValueKind switch
        {
            JsonValueKind.Undefined => fault,
            JsonValueKind.String => fault with { Body = body.GetString() },
            _ => fault with { Body = JsonSerializer.Serialize(body, Wire.Json) },
        };
    }
}
