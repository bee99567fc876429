using System.Text.Json;
using ThotNet.ProviderSimulator.Control;
using ThotNet.ProviderSimulator.Dialects;

namespace ThotNet.ProviderSimulator.Faults;

/// <summary>
/// Faults that providers really show, by name (wire.md 2.3, 3.3, 4.5). They are in <c>presets.json</c>, in the form of
/// <see cref="Fault"/>, but with bodies as JSON where the provider's are.
/// </summary>
public static class FaultPresets
{
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
        return entries.ToDictionary(entry => entry.Key, entry => Read(entry.Value), StringComparer.Ordinal);
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
