using ThotNet.Gateway.Access;

namespace ThotNet.Gateway.Tests.Access;

public sealed class ApiKeyRingTests
{
    [Fact]
    public void Ring_KnownKeys_GetIdsThatAreStableOverProcessesWithOneSecret()
    {
        var first = new ApiKeyRing([new("key-one-0000000000"), new("key-two-0000000000")], "secret-of-gateways");
        var second = new ApiKeyRing([new("key-two-0000000000")], "secret-of-gateways");
        var other = new ApiKeyRing([new("key-two-0000000000")], "another-secret-here");

        Assert.Matches("^[0-9a-f]{16}$", first.Find("key-one-0000000000"));
        Assert.NotEqual(first.Find("key-one-0000000000"), first.Find("key-two-0000000000"));
        Assert.Equal(first.Find("key-two-0000000000"), second.Find("key-two-0000000000"));
        Assert.NotEqual(first.Find("key-two-0000000000"), other.Find("key-two-0000000000"));
    }

    [Fact]
    public void Ring_KeyOfANamedCaller_GetsItsName()
    {
        var ring = new ApiKeyRing([new("key-one-0000000000", "alice"), new("key-two-0000000000", "bob"), new("key-six-0000000000")], "secret-of-gateways");

        Assert.Equal("alice", ring.Find("key-one-0000000000"));
        Assert.Equal("bob", ring.Find("key-two-0000000000"));
        Assert.Matches("^[0-9a-f]{16}$", ring.Find("key-six-0000000000"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("key-one-000000000")]
    [InlineData("key-one-00000000000")]
    [InlineData("KEY-ONE-0000000000")]
    public void Ring_OtherKeys_AreUnknown(string key) => Assert.Null(new ApiKeyRing([new("key-one-0000000000")], "s").Find(key));
}
