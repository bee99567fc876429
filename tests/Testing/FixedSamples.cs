using System.Collections.Concurrent;
using CsCheck;

namespace ThotNet.Testing;

#pragma warning disable RS0030 // Here is what the others use instead of what is banned.

/// <summary>Samples that are the same in each run, so that the same code always passes or always fails.</summary>
public static class FixedSamples
{
    private static readonly ParallelOptions OnAllCores = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    /// <summary>The seeds of the first samples, as CsCheck writes them: more samples begin with the same ones.</summary>
    public static string[] Seeds(int count)
    {
        var states = new PCG(stream: 0, seed: 1);
        return [.. Enumerable.Range(0, count).Select(_ => new PCG(stream: 0, seed: states.Next64()).ToString())];
    }

    /// <summary>Checks the property for all samples. For the first one that fails, CsCheck looks for smaller ones.</summary>
    /// <param name="gen">What draws the samples.</param>
    /// <param name="property">Throws if it does not hold; it is called on some threads at once.</param>
    /// <param name="iter">How many samples, at least 1.</param>
    /// <param name="seed">A sample to begin with.</param>
    /// <exception cref="CsCheckException">The property does not hold.</exception>
    public static void Check<T>(Gen<T> gen, Action<T> property, int iter, string? seed = null)
    {
        string[] seeds = seed is null ? Seeds(iter) : [seed, .. Seeds(iter - 1)];
        if (FindFailure(gen, property, seeds) is not var (index, failure))
            return;
        var (message, cause) = Shrink(gen, property, seeds[index], 10 * iter) is { } smallest ? (smallest.Message, smallest.InnerException) : (failure.Message, failure);
        throw new CsCheckException($"The property fails for sample {index} (CsCheck_Seed={seeds[index]}). The smallest one found: {message}", cause);
    }

    private static (int Index, Exception Failure)? FindFailure<T>(Gen<T> gen, Action<T> property, string[] seeds)
    {
        var failures = new ConcurrentDictionary<int, Exception>();

        // After a break all samples before it are still checked: it is always the same one that is found.
        var loop = Parallel.For(0, seeds.Length, OnAllCores, (index, state) =>
        {
            try
            {
                property(gen.Generate(PCG.Parse(seeds[index]), null, out _));
            }
            catch (Exception failure)
            {
                failures[index] = failure;
                state.Break();
            }
        });
        return loop.LowestBreakIteration is { } first ? ((int)first, failures[(int)first]) : null;
    }

    private static CsCheckException? Shrink<T>(Gen<T> gen, Action<T> property, string seed, int iter)
    {
        try
        {
            gen.Sample(property, seed: seed, iter: iter);
            return null;
        }
        catch (CsCheckException smallest)
        {
            return smallest;
        }
    }
}
