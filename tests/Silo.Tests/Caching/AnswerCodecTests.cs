using System.IO.Compression;
using System.Security.Cryptography;
using CsCheck;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

public sealed class AnswerCodecTests
{
    private const int MaxEntryBytes = 100_000;

    private readonly AnswerCodec _codec = new("a secret", MaxEntryBytes);

    [Fact]
    public void Answer_Written_IsReadAsItWas() => AnswerSamples.Any.MustHold(answer =>
    {
        var value = _codec.Encode(answer)!;

        AnswerSamples.AssertSame(answer, _codec.Decode(value, answer.Key, out _));
        Assert.True(value.Length <= _codec.MaxValueBytes);
    });

    [Theory]
    [InlineData("a secret")]
    [InlineData("")]
    public void Value_WithAnyBitFlipped_IsRefused(string secret)
    {
        var codec = new AnswerCodec(secret, MaxEntryBytes);
        var answer = AnswerSamples.Answer(1, new string('a', 2000));
        var value = codec.Encode(answer)!;
        for (var bit = 0; bit < value.Length * 8; bit++)
        {
            value[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(codec.Decode(value, answer.Key, out _));
            value[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        AnswerSamples.AssertSame(answer, codec.Decode(value, answer.Key, out _));
    }

    [Fact]
    public void Value_CutAnywhere_IsCorrupt()
    {
        var answer = AnswerSamples.Answer(1, new string('a', 200));
        var value = _codec.Encode(answer)!;
        for (var length = 0; length < value.Length; length++)
        {
            Assert.Null(_codec.Decode(value.AsMemory(0, length), answer.Key, out var fault));
            Assert.Equal(CacheFault.Corrupt, fault);
        }
    }

    [Fact]
    public void Value_WithBytesAdded_IsCorrupt() => Gen.Select(AnswerSamples.Any, Gen.Byte.Array[1, 40]).MustHold((answer, more) =>
    {
        Assert.Null(_codec.Decode((byte[])[.. _codec.Encode(answer)!, .. more], answer.Key, out var fault));
        Assert.Equal(CacheFault.Corrupt, fault);
    });

    [Fact]
    public void Bytes_AtRandom_AreRefused() => Gen.OneOf(
        Gen.Byte.Array[0, 400],
        Gen.Byte.Array[0, 400].Select(bytes => (byte[])[AnswerCodec.Version, .. bytes])).MustHold(
        bytes => Assert.Null(_codec.Decode(bytes, AnswerSamples.Key(1), out _)), iter: 1000);

    [Fact]
    public void Value_SpoiledAnyhow_IsRefused() => Gen.Select(AnswerSamples.Any, Gen.Int[0, 10_000], Gen.Byte[1, 255], Gen.Int[1, 60]).MustHold(
        (answer, at, change, count) =>
        {
            var value = _codec.Encode(answer)!;
            for (var index = at % value.Length; index < Math.Min(value.Length, (at % value.Length) + count); index++)
            {
                value[index] ^= change;
            }

            Assert.Null(_codec.Decode(value, answer.Key, out _));
        });

    [Fact]
    public void Value_ThatIsNonsenseWithARightChecksum_DoesNotThrow() => Gen.Select(
        AnswerSamples.Any, Gen.Select(Gen.Int[1, 160], Gen.OneOf(Gen.Byte, Gen.Const((byte)255), Gen.Const((byte)0))).Array[1, 12]).MustHold((answer, changes) =>
        {
            // Without a secret, as in Development, anybody can make one.
            var codec = new AnswerCodec("", MaxEntryBytes);
            var value = codec.Encode(answer)!;
            foreach (var (at, change) in changes)
            {
                value[Math.Min(at, value.Length - 33)] = change;
            }

            HMACSHA256.HashData(Array.Empty<byte>(), value.AsSpan(0, value.Length - 32), value.AsSpan(value.Length - 32));
            var read = codec.Decode(value, answer.Key, out _);
            Assert.True(read is null || read.Body.Length <= MaxEntryBytes);
        }, iter: 3000);

    [Fact]
    public void Value_OfAnotherVersion_IsNotLookedInto()
    {
        var answer = AnswerSamples.Answer(1);
        var value = _codec.Encode(answer)!;
        value[0] = AnswerCodec.Version + 1;

        Assert.Null(_codec.Decode(value, answer.Key, out var fault));
        Assert.Equal(CacheFault.Version, fault);
        Assert.Null(_codec.Decode(value.AsMemory(0, 1), answer.Key, out fault));
        Assert.Equal(CacheFault.Version, fault);
    }

    [Theory]
    [InlineData("another secret")]
    [InlineData("")]
    public void Value_WrittenWithoutTheSecret_IsForged(string secret)
    {
        var answer = AnswerSamples.Answer(1);

        Assert.Null(_codec.Decode(new AnswerCodec(secret, MaxEntryBytes).Encode(answer)!, answer.Key, out var fault));
        Assert.Equal(CacheFault.Forged, fault);
    }

    [Fact]
    public void Value_OfAnotherKey_IsForeign()
    {
        Assert.Null(_codec.Decode(_codec.Encode(AnswerSamples.Answer(1))!, AnswerSamples.Key(2), out var fault));
        Assert.Equal(CacheFault.Foreign, fault);
    }

    [Theory]
    [InlineData(MaxEntryBytes, true)]
    [InlineData(MaxEntryBytes + 1, false)]
    public void Body_AsLongAsAllowed_IsWrittenButNoLongerOne(int length, bool written) =>
        Assert.Equal(written, _codec.Encode(AnswerSamples.Answer(1, new string('a', length))) is not null);

    [Fact]
    public void Names_LongerThanAllowed_AreNotWritten() => Assert.Null(_codec.Encode(AnswerSamples.Answer(1, caller: new string('k', 5000))));

    [Fact]
    public void Body_LongerThanAllowedHere_IsTooLarge()
    {
        var value = new AnswerCodec("a secret", MaxEntryBytes * 2).Encode(AnswerSamples.Answer(1, new string('a', MaxEntryBytes + 1)))!;

        Assert.Null(_codec.Decode(value, AnswerSamples.Key(1), out var fault));
        Assert.Equal(CacheFault.TooLarge, fault);
    }

    [Theory]
    [InlineData(50_000_000, 1000)]
    [InlineData(999, 1000)]
    public void Body_ThatUnpacksToAnotherLength_IsCorruptAndNotUnpackedBeyondIt(int real, int said)
    {
        // Only somebody who knows the secret, or in Development everybody, can make such a value.
        var codec = new AnswerCodec("", MaxEntryBytes);
        var bomb = new byte[BrotliEncoder.GetMaxCompressedLength(real)];
        Assert.True(BrotliEncoder.TryCompress(new byte[real], bomb, out var written, 1, 20));
        var value = WithBody(codec.Encode(AnswerSamples.Answer(1, new string('a', 2000)))!, bomb.AsSpan(0, written), said);
        CacheFault fault = default;

        Assert.True(Allocations.Of(() => Assert.Null(codec.Decode(value, AnswerSamples.Key(1), out fault))) < 20_000);
        Assert.Equal(CacheFault.Corrupt, fault);
    }

    [Fact]
    public void Body_UpToAKilobyte_IsNotCompressedAndALongerOneIs()
    {
        var bytes = new byte[1024];
        Assert.Equal(bytes, BodyCompression.Shrink(bytes, out var compressed));
        Assert.False(compressed);
        Assert.True(BodyCompression.Shrink(new byte[1025], out compressed).Length < 100);
        Assert.True(compressed);
    }

    [Fact]
    public void Body_ThatDoesNotGetSmaller_IsKeptAsItIs()
    {
        var noise = Enumerable.Range(0, 200).SelectMany(number => SHA256.HashData(BitConverter.GetBytes(number))).ToArray();

        Assert.Equal(noise, BodyCompression.Shrink(noise, out var compressed));
        Assert.False(compressed);
    }

    private static byte[] WithBody(byte[] value, ReadOnlySpan<byte> body, int said)
    {
        const int lengthsAt = 2 + CacheKey.Size + (10 * sizeof(long));
        var names = Enumerable.Range(0, 3).Sum(index => BitConverter.ToInt32(value, lengthsAt + (index * sizeof(int))));
        BitConverter.TryWriteBytes(value.AsSpan(lengthsAt + (3 * sizeof(int))), said);
        BitConverter.TryWriteBytes(value.AsSpan(lengthsAt + (4 * sizeof(int))), body.Length);
        byte[] signed = [.. value.AsSpan(0, lengthsAt + (5 * sizeof(int)) + names), .. body];
        return [.. signed, .. HMACSHA256.HashData(Array.Empty<byte>(), signed)];
    }
}
