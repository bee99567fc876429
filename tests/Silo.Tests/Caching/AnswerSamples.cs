using System.Text;
using CsCheck;
using ThotNet.Providers;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

/// <summary>Answers to keep.</summary>
internal static class AnswerSamples
{
    public static readonly DateTimeOffset Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Any answer that can be stored, up to some kilobytes.</summary>
    public static readonly Gen<CachedAnswer> Any = Gen.Select(
        Gen.Byte.Array[CacheKey.Size],
        Gen.Select(Gen.String[0, 20], Gen.String[0, 20], Gen.String[0, 20]),
        Gen.OneOf(Gen.Byte.Array[0, 100], Gen.Byte.Array[1000, 3000], Gen.Byte[(byte)'a', (byte)'c'].Array[1000, 3000]),
        Gen.Select(Gen.Long, Gen.Long, Gen.Long, Gen.Bool),
        Gen.Select(Gen.Long[0, 1L << 40], Gen.Long[0, 1L << 40]),
        (key, names, body, numbers, times) => new CachedAnswer
        {
            Key = CacheKey.From(key),
            Provider = Valid(names.Item1),
            Target = Valid(names.Item2),
            Caller = Valid(names.Item3),
            Body = body,
            Usage = numbers.Item4 ? new TokenUsage(numbers.Item1, numbers.Item2, numbers.Item3, numbers.Item1, numbers.Item2) : null,
            StoredAt = DateTimeOffset.FromUnixTimeMilliseconds(times.Item1),
            ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(times.Item2),
            Marks = new(numbers.Item3, numbers.Item1, numbers.Item2),
        });

    public static CacheKey Key(int number)
    {
        var hash = new byte[CacheKey.Size];
        BitConverter.TryWriteBytes(hash, number);
        return CacheKey.From(hash);
    }

    public static CachedAnswer Answer(int key, string body = "{}", string target = "groq/llama", string caller = "key-1") => new()
    {
        Key = Key(key),
        Provider = target.Split('/')[0],
        Target = target,
        Caller = caller,
        Body = Encoding.UTF8.GetBytes(body),
        Usage = new TokenUsage(10, 5, 15, 2, 1),
        StoredAt = Now,
        ExpiresAt = Now + TimeSpan.FromHours(1),
    };

    public static string TextOf(CachedAnswer? answer) => answer is null ? "none" : Encoding.UTF8.GetString(answer.Body.Span);

    /// <summary>Everything of an answer but the identity of its array and what only its holder knows.</summary>
    public static void AssertSame(CachedAnswer expected, CachedAnswer? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Body.ToArray(), actual.Body.ToArray());
        Assert.Equal(expected with { Body = default, TrustedUntil = default }, actual with { Body = default, TrustedUntil = default });
    }

    // Half of a surrogate pair is no text, and becomes a replacement character.
    private static string Valid(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
