using System.Collections.Concurrent;
using CsCheck;

namespace ThotNet.Load.Tests.Testing;

public sealed class FixedSamplesTests
{
    private static readonly Gen<int> Number = Gen.Int[0, 1_000_000];

    /// <summary>Written down: another generator of numbers, or another seed, would silently be other samples.</summary>
    [Fact]
    public void Check_AnyRun_DrawsTheseSamples() => Assert.Equal([172850, 580759, 603464, 606453, 945245], Drawn(5).Order());

    [Fact]
    public void Check_TwoRuns_DrawTheSameSamples()
    {
        var first = Drawn(300);

        Assert.Equal(300, first.Count);
        Assert.Equal(first.Order(), Drawn(300).Order());
    }

    [Fact]
    public void Check_ManySamples_DifferAndAreSpreadOverTheRange()
    {
        var drawn = Drawn(300);

        Assert.InRange(drawn.Distinct().Count(), 295, 300);
        Assert.All(Enumerable.Range(0, 10), part => Assert.InRange(drawn.Count(number => number / 100_001 == part), 15, 45));
    }

    [Fact]
    public void Seeds_More_BeginWithTheSameOnes() => Assert.Equal(FixedSamples.Seeds(20), FixedSamples.Seeds(50)[..20]);

    [Fact]
    public void Check_OneSampleFails_NamesItsSeed()
    {
        var seed = FixedSamples.Seeds(50)[37];
        var wrong = Draw(seed);

        var failure = Assert.Throws<CsCheckException>(() => FixedSamples.Check(Number, number => Assert.NotEqual(wrong, number), 50));

        Assert.Contains($"fails for sample 37 (CsCheck_Seed={seed})", failure.Message);
        Assert.IsAssignableFrom<Xunit.Sdk.XunitException>(failure.InnerException);
    }

    [Fact]
    public void Check_ManySamplesFail_NamesTheFirstAndFindsASmallerOne()
    {
        var first = Array.FindIndex(FixedSamples.Seeds(100), seed => Draw(seed) > 500_000);
        var refused = new ConcurrentBag<int>();

        var failure = Assert.Throws<CsCheckException>(() => FixedSamples.Check(Number, Refuse, 100));

        Assert.StartsWith($"The property fails for sample {first} (CsCheck_Seed=", failure.Message);
        Assert.Contains(" or -e CsCheck_Seed=", failure.Message);
        Assert.True(refused.Min() < Draw(FixedSamples.Seeds(100)[first]));

        void Refuse(int number)
        {
            if (number <= 500_000) return;
            refused.Add(number);
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public void Check_FailsOnlyOnce_IsStillAFailure()
    {
        var calls = 0;

        var failure = Assert.Throws<CsCheckException>(
            () => FixedSamples.Check(Number, _ => Assert.NotEqual(1, Interlocked.Increment(ref calls)), 1));

        Assert.Contains(FixedSamples.Seeds(1)[0], failure.Message);
        Assert.IsAssignableFrom<Xunit.Sdk.XunitException>(failure.InnerException);
    }

    [Fact]
    public void Check_SeedFoundEarlier_IsDrawnFirst()
    {
        var seed = new PCG(3, 4711).ToString();
        var drawn = new ConcurrentBag<int>();

        FixedSamples.Check(Number, drawn.Add, 1, seed);

        Assert.Equal([Draw(seed)], drawn);
    }

    [Fact]
    public void MustHold_PropertyIsFalse_Throws() =>
        Assert.Contains("CsCheck_Seed", Assert.Throws<CsCheckException>(() => Number.MustHold(number => number < 0, iter: 10)).Message);

    [Fact]
    public void MustHold_PropertyHolds_ChecksAllSamples()
    {
        var calls = 0;

        Gen.Select(Number, Number).MustHold((one, other) => Interlocked.Increment(ref calls) > 0 && one >= 0 && other >= 0, iter: 250);

        Assert.InRange(calls, 250, int.MaxValue);
    }

    private static int Draw(string seed) => Number.Generate(PCG.Parse(seed), null, out _);

    private static ConcurrentBag<int> Drawn(int iter)
    {
        var drawn = new ConcurrentBag<int>();
        FixedSamples.Check(Number, drawn.Add, iter);
        return drawn;
    }
}
