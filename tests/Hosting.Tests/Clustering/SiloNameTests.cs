using ThotNet.Hosting.Clustering;

namespace ThotNet.Hosting.Tests.Clustering;

public sealed class SiloNameTests
{
    [Theory]
    [InlineData("silo-1", "http://10.0.0.3:8081")]
    [InlineData("s", "https://silo.example:443")]
    [InlineData("s", "http://[::1]:8081")]
    public void Name_WrittenAndRead_IsTheSame(string name, string url)
    {
        var silo = new SiloName(name, new Uri(url));

        Assert.True(SiloName.TryParse(silo.ToString(), out var read));
        Assert.Equal(silo, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("silo-1")]
    [InlineData("@http://10.0.0.3:8081")]
    [InlineData("silo@10.0.0.3:8081")]
    [InlineData("silo@ftp://10.0.0.3")]
    [InlineData("silo@http://10.0.0.3:8081/path")]
    [InlineData("silo@http://user@10.0.0.3:8081")]
    public void Name_WithoutAnAddress_IsRefused(string? text) => Assert.False(SiloName.TryParse(text, out _));
}
