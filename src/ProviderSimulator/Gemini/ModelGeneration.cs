namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>Generations of models whose rules differ.</summary>
internal enum ModelGeneration
{
    /// <summary>2.0 and older: no thinking.</summary>
    Gemini2,

    /// <summary>2.5: thinks within a budget.</summary>
    Gemini25,

    /// <summary>3 and later: thinks at a level, signs its calls of tools.</summary>
    Gemini3,
}

/// <summary>Tells a model's generation by the beginning of its id.</summary>
internal static class ModelGenerations
{
    public static ModelGeneration Of(string model)
    {
        if (model.StartsWith("gemini-2.5", StringComparison.Ordinal))
            return ModelGeneration.Gemini25;
        return model.StartsWith("gemini-1", StringComparison.Ordinal) || model.StartsWith("gemini-2", StringComparison.Ordinal)
            ? ModelGeneration.Gemini2
            : ModelGeneration.Gemini3;
    }
}
