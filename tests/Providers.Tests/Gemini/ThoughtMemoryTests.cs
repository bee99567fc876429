using ThotNet.Providers.Gemini;

namespace ThotNet.Providers.Tests.Gemini;

/// <summary>What is kept of a provider's words is bounded (wire.md rule 19).</summary>
public sealed class ThoughtMemoryTests
{
    [Theory]
    [InlineData(1, ThoughtMemory.MaxLength - 1, true)]
    [InlineData(1, ThoughtMemory.MaxLength, false)]
    [InlineData(ThoughtMemory.MaxLength, 1, false)]
    public void Remember_TooLong_IsNotKept_Rule19(int call, int signature, bool kept)
    {
        var memory = new ThoughtMemory();

        memory.Remember("me", new string('c', call), new string('s', signature));

        Assert.Equal(kept, memory.Recall("me", new string('c', call)) is not null);
    }
}
