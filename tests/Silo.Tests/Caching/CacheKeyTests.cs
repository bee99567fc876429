using System.Security.Cryptography;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

public sealed class CacheKeyTests
{
    [Fact]
    public void Key_OfAHash_GivesItBackAsBytesAndHex()
    {
        var hash = SHA256.HashData("a request"u8);
        var key = CacheKey.From(hash);
        var bytes = new byte[CacheKey.Size];
        key.CopyTo(bytes);

        Assert.Equal(hash, bytes);
        Assert.Equal(Convert.ToHexStringLower(hash), key.ToString());
        Assert.Equal(CacheKey.From(hash), key);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    public void Key_ThatDiffersInOneByte_IsAnother(int index)
    {
        var hash = new byte[CacheKey.Size];
        var key = CacheKey.From(hash);
        hash[index] = 1;

        Assert.NotEqual(key, CacheKey.From(hash));
    }

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    public void Key_OfAnotherLength_IsABug(int length) => Assert.Throws<ArgumentOutOfRangeException>(() => CacheKey.From(new byte[length]));
}
