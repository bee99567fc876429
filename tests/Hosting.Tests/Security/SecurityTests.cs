using Microsoft.AspNetCore.Http;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Security;

namespace ThotNet.Hosting.Tests.Security;

public sealed class SecurityTests
{
    [Fact]
    public void KeyRing_KnownKeys_GetIdsThatAreStableOverProcessesWithOneSecret()
    {
        var first = new ApiKeyRing(["key-one-0000000000", "key-two-0000000000", "key-one-0000000000"], "secret-of-gateways");
        var second = new ApiKeyRing(["key-two-0000000000"], "secret-of-gateways");
        var other = new ApiKeyRing(["key-two-0000000000"], "another-secret-here");

        Assert.Equal(2, first.Count);
        Assert.Matches("^[0-9a-f]{16}$", first.Find("key-one-0000000000"));
        Assert.NotEqual(first.Find("key-one-0000000000"), first.Find("key-two-0000000000"));
        Assert.Equal(first.Find("key-two-0000000000"), second.Find("key-two-0000000000"));
        Assert.NotEqual(first.Find("key-two-0000000000"), other.Find("key-two-0000000000"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("key-one-000000000")]
    [InlineData("key-one-00000000000")]
    [InlineData("KEY-ONE-0000000000")]
    public void KeyRing_OtherKeys_AreUnknown(string key) => Assert.Null(new ApiKeyRing(["key-one-0000000000"], "s").Find(key));

    [Theory]
    [InlineData("0123456789abcdef", "0123456789abcdef", true)]
    [InlineData("0123456789abcdef", "0123456789abcdee", false)]
    [InlineData("0123456789abcdef", "", false)]
    [InlineData("0123456789abcdef", null, false)]
    [InlineData("", null, true)]
    public void GatewaySecret_IsCompared(string configured, string? shown, bool expected)
    {
        var options = new ThotNetOptions();
        options.Access.GatewaySecret = configured;
        var request = new DefaultHttpContext().Request;
        if (shown is not null)
            request.Headers[GatewaySecret.Header] = shown;

        Assert.Equal(expected, new GatewaySecret(options).IsShownBy(request));
    }
}
