namespace ThotNet.Standalone;

/// <summary>What a newcomer sees first: where to call, with which key, and what is not real.</summary>
internal static class Banner
{
    private const string Line = "────────────────────────────────────────────────────────────────────────";

    /// <summary>Prints the banner.</summary>
    public static void Print(StandaloneHost host, TextWriter output)
    {
        output.WriteLine(Line);
        output.WriteLine($"  ThotNet is ready:  {new Uri(host.GatewayUrl, "v1")}");
        if (host.DevelopmentKey is not null)
        {
            output.WriteLine($"  API key:           {host.DevelopmentKey}");
            output.WriteLine($"                     (kept in {host.DevelopmentKeyPath})");
        }

        foreach (var (provider, reason) in host.ProvidersThatAreOff)
        {
            output.WriteLine($"  {provider} is off: {reason}");
        }

        if (host.SimulatorUrl is not null)
        {
            output.WriteLine();
            output.WriteLine("  !! SIMULATED ANSWERS: no provider key is set, so a simulator stands in for the providers.");
            output.WriteLine("  !! RESPUESTAS SIMULADAS: no hay clave de proveedor; un simulador ocupa su lugar.");
            output.WriteLine("  !! Its limits are the project's own; the budgets called documented_* are off.");
            output.WriteLine("  !! Sus límites son los del proyecto; los presupuestos documented_* están apagados.");
            output.WriteLine("  !! Set OPENROUTER_API_KEY, GROQ_API_KEY or GOOGLE_GEMINI_API_KEY for real ones.");
            output.WriteLine($"  !! Simulator:      {host.SimulatorUrl}");
        }

        output.WriteLine(Line);
    }
}
