using CsCheck;

namespace ThotNet.Testing;

#pragma warning disable RS0030 // Here is what the others use instead of what is banned.

/// <summary>Property tests: a property must hold for all samples of a generator, which are the same ones in each run.</summary>
/// <remarks>
/// <c>THOTNET_NEW_SAMPLES=n</c> draws n times as many new samples instead, and <c>CsCheck_Seed</c> one sample again, both with what CsCheck itself does.
/// </remarks>
public static class PropertyTests
{
    private static readonly int NewSamples = int.TryParse(Environment.GetEnvironmentVariable("THOTNET_NEW_SAMPLES"), out var times) ? times : 0;

    /// <summary>The property throws for no sample.</summary>
    /// <param name="gen">What draws the samples.</param>
    /// <param name="property">Throws if it does not hold; it is called on some threads at once.</param>
    /// <param name="iter">How many samples, at least 1.</param>
    /// <param name="seed">A sample to begin with, as CsCheck names it: one that was found earlier.</param>
    /// <exception cref="CsCheckException">The property does not hold; the message names the seed of the sample.</exception>
    public static void MustHold<T>(this Gen<T> gen, Action<T> property, int iter = 100, string? seed = null)
    {
        if (NewSamples > 0 || Check.Seed is not null)
            gen.Sample(property, seed: Check.Seed ?? seed, iter: (long)iter * Math.Max(1, NewSamples));
        else
            FixedSamples.Check(gen, property, iter, seed);
    }

    /// <summary>The property is true for all samples.</summary>
    /// <inheritdoc cref="MustHold{T}(Gen{T}, Action{T}, int, string?)"/>
    public static void MustHold<T>(this Gen<T> gen, Func<T, bool> property, int iter = 100, string? seed = null) => gen.MustHold(
        sample =>
        {
            if (!property(sample))
                throw new CsCheckException("The property is false.");
        },
        iter,
        seed);

    /// <inheritdoc cref="MustHold{T}(Gen{T}, Action{T}, int, string?)"/>
    public static void MustHold<T1, T2>(this Gen<(T1, T2)> gen, Action<T1, T2> property, int iter = 100) =>
        gen.MustHold(sample => property(sample.Item1, sample.Item2), iter);

    /// <inheritdoc cref="MustHold{T}(Gen{T}, Func{T, bool}, int, string?)"/>
    public static void MustHold<T1, T2>(this Gen<(T1, T2)> gen, Func<T1, T2, bool> property, int iter = 100) =>
        gen.MustHold(sample => property(sample.Item1, sample.Item2), iter);

    /// <inheritdoc cref="MustHold{T}(Gen{T}, Action{T}, int, string?)"/>
    public static void MustHold<T1, T2, T3>(this Gen<(T1, T2, T3)> gen, Action<T1, T2, T3> property, int iter = 100) =>
        gen.MustHold(sample => property(sample.Item1, sample.Item2, sample.Item3), iter);

    /// <inheritdoc cref="MustHold{T}(Gen{T}, Action{T}, int, string?)"/>
    public static void MustHold<T1, T2, T3, T4>(this Gen<(T1, T2, T3, T4)> gen, Action<T1, T2, T3, T4> property, int iter = 100) =>
        gen.MustHold(sample => property(sample.Item1, sample.Item2, sample.Item3, sample.Item4), iter);
}
