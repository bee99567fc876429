namespace ThotNet.Routing.Tokens;

/// <summary>
/// How one model's count of prompts relates to ours: <c>text x factor + overhead</c>. Both follow the model's own counts as high quantiles: they rise
/// fast where a prompt was larger than its bound, and fall slowly while bounds hold. Prompts of some length teach the factor, short ones the
/// overhead, which is what a model's template adds to every prompt.
/// </summary>
/// <remarks>
/// Whatever is reported, both stay within fixed limits. A rise is at least <see cref="Rise"/> and a fall is <see cref="Fall"/>, so that in the long
/// run no more than <c>Fall / Rise</c>, 1.5 %, of all prompts exceed their bound; a model that counts beyond the limits is settled as debt.
/// </remarks>
/// <param name="Factor">The model's tokens for each of ours: <see cref="LeastFactor"/> to <see cref="MostFactor"/>.</param>
/// <param name="Overhead">Tokens added to every prompt: 0 to <see cref="MostOverhead"/>.</param>
public readonly record struct PromptScale(double Factor, double Overhead)
{
    /// <summary>The smallest factor: 0.5.</summary>
    public const double LeastFactor = 0.5;

    /// <summary>The largest factor: 4.</summary>
    public const double MostFactor = 4;

    /// <summary>The largest overhead: 512 tokens.</summary>
    public const double MostOverhead = 512;

    /// <summary>Tokens of text from which on a prompt teaches the factor: 256.</summary>
    public const long LongText = 256;

    /// <summary>By how much the factor rises at least: 0.02.</summary>
    public const double Rise = 0.02;

    /// <summary>By how much the factor falls: 0.0003.</summary>
    public const double Fall = 0.0003;

    // Part of the way to a higher value that one prompt may move the estimate: a single absurd count must not rule for thousands of requests.
    private const double Pull = 0.125;

    // A step of the overhead in tokens for one of the factor.
    private const double TokensPerStep = 100;

    /// <summary>
    /// Before anything is known: a factor of 1.2, because most vocabularies are smaller than ours and so need more tokens, and no overhead.
    /// </summary>
    public static PromptScale Initial => new(1.2, 0);

    /// <summary>The tokens that the model will count at most.</summary>
    public long BoundOf(PromptSize size) =>
        size.IsCounted ? (long)Math.Ceiling((size.Text * Factor) + Overhead) + size.Wrapping + size.Fixed : size.Total;

    /// <summary>The scale after the model has counted a prompt. A prompt with parts that are not text teaches nothing.</summary>
    /// <param name="size">The prompt as we counted it.</param>
    /// <param name="actual">What the model counted; 0 and less mean that it did not count.</param>
    public PromptScale Learn(PromptSize size, long actual)
    {
        if (!size.IsCounted || size.Fixed > 0 || size.Text <= 0 || actual <= 0)
            return this;
        double rest = actual - size.Wrapping;
        return size.Text >= LongText
            ? this with { Factor = Follow(Factor, (rest - Overhead) / size.Text, LeastFactor, MostFactor, 1) }
            : this with { Overhead = Follow(Overhead, rest - (size.Text * Factor), 0, MostOverhead, TokensPerStep) };
    }

    private static double Follow(double current, double seen, double least, double most, double step)
    {
        var next = seen > current
            ? current + Math.Max(Rise * step, (Math.Min(seen, most) - current) * Pull)
            : current - (Fall * step);
        return Math.Clamp(next, least, most);
    }
}
