using ThotNet.Providers.Gemini;

namespace ThotNet.Providers.Tests.Gemini;

/// <summary>Which model belongs to which generation, and what that means.</summary>
public sealed class GeminiGenerationTests
{
    [Theory]
    [InlineData("gemini-1.5-pro-002", ThinkingStyle.None, false)]
    [InlineData("gemini-2.0-flash-lite", ThinkingStyle.None, false)]
    [InlineData("gemini-2.5-flash-lite", ThinkingStyle.Budget, true)]
    [InlineData("gemini-2.5-pro", ThinkingStyle.Budget, true)]
    [InlineData("models/gemini-2.5-pro", ThinkingStyle.Budget, true)]
    [InlineData("gemini-3-pro-preview", ThinkingStyle.Level, true)]
    [InlineData("gemini-3.5-flash", ThinkingStyle.Level, true)]
    [InlineData("gemini-pro-latest", ThinkingStyle.Level, true)]
    [InlineData("whatever", ThinkingStyle.Level, true)]
    internal void Of_Model_IsFoundByItsName_Rule32(string model, ThinkingStyle thinking, bool takesJsonSchema)
    {
        var generation = GeminiGeneration.Of(model);

        Assert.Equal(thinking, generation.Thinking);
        Assert.Equal(takesJsonSchema, generation.TakesJsonSchema);
    }

    [Theory]
    [InlineData("gemini-2.5-flash", "models/gemini-2.5-flash")]
    [InlineData("models/gemini-2.5-flash", "models/gemini-2.5-flash")]
    [InlineData("Models/gemini-2.5-flash", "models/gemini-2.5-flash")]
    public void NameOf_Model_HasItsPrefixOnce_Rule34(string model, string expected) => Assert.Equal(expected, GeminiGeneration.NameOf(model));
}
