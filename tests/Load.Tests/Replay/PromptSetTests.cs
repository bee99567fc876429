using ThotNet.Load.Replay;

namespace ThotNet.Load.Tests.Replay;

public sealed class PromptSetTests
{
    [Fact]
    public void Assign_SameSeed_GivesTheSamePrompts()
    {
        Assert.Equal(new PromptSet(20, 1, 7).Assign(500), new PromptSet(20, 1, 7).Assign(500));
        Assert.NotEqual(new PromptSet(20, 1, 7).Assign(500), new PromptSet(20, 1, 8).Assign(500));
    }

    [Fact]
    public void Assign_FewPrompts_TakesNoOthersAndTheFirstMostOften()
    {
        var assigned = new PromptSet(3, 1, 1).Assign(11_000);

        Assert.All(assigned, prompt => Assert.InRange(prompt, 0, 10_999));
        var counts = assigned.CountBy(prompt => prompt).Select(entry => entry.Value).OrderDescending().ToArray();
        Assert.Equal(3, counts.Length);
        Assert.InRange(counts[0], 5_800, 6_200);
        Assert.InRange(counts[1], 2_800, 3_200);
        Assert.InRange(counts[2], 1_800, 2_200);
    }

    [Fact]
    public void Assign_MorePromptsThanRequests_StaysWithinTheTrace()
    {
        Assert.All(new PromptSet(1000, 0.01, 1).Assign(5), prompt => Assert.InRange(prompt, 0, 4));
    }
}
