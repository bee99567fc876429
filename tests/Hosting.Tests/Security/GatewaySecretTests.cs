using Microsoft.AspNetCore.Http;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Security;

namespace ThotNet.Hosting.Tests.Security;

public sealed class GatewaySecretTests
{
    [Theory]
    [InlineData("0123456789abcdef", "0123456789abcdef", true)]
    [InlineData("0123456789abcdef", "0123456789abcdee", false)]
    [InlineData("0123456789abcdef", "", false)]
    [InlineData("0123456789abcdef", null, false)]
    [InlineData("", null, true)]
    public void Secret_Shown_IsCompared(string configured, string? shown, bool expected)
    {
        var options = new ThotNetOptions();
        options.Access.GatewaySecret = configured;
        var request = new DefaultHttpContext().Request;
        if (shown is not null)
            request.Headers[GatewaySecret.Header] = shown;

        Assert.Equal(expected, new GatewaySecret(options).IsShownBy(request));
    }
}
