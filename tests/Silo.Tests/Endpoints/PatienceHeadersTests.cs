using Microsoft.AspNetCore.Http;
using ThotNet.Hosting.Configuration;
using ThotNet.Silo.Endpoints;

namespace ThotNet.Silo.Tests.Endpoints;

public sealed class PatienceHeadersTests
{
    private readonly ThotNetOptions _options = new()
    {
        Callers = { ["alice"] = new() { MaxPriority = RequestPriority.High }, ["bob"] = new() { MaxPriority = RequestPriority.Low }, ["carol"] = new() },
    };

    [Fact]
    public void Read_NoHeaders_IsTheConfiguredPatienceAtNormalPriority()
    {
        _options.Routing.Patience = TimeSpan.FromSeconds(7);
        Assert.Null(PatienceHeaders.Read(Request(), _options, out var patience));

        Assert.Equal((TimeSpan.FromSeconds(7), false, RequestPriority.Normal), (patience.Longest, patience.IsAsked, patience.Priority));
    }

    [Fact]
    public void Read_MaxWait_IsAsked()
    {
        Assert.Null(PatienceHeaders.Read(Request(wait: "120"), _options, out var patience));

        Assert.Equal((TimeSpan.FromSeconds(120), true), (patience.Longest, patience.IsAsked));
    }

    [Theory]
    [InlineData("", "low", RequestPriority.Low)]
    [InlineData("", "high", RequestPriority.Normal)]
    [InlineData("carol", "high", RequestPriority.Normal)]
    [InlineData("alice", "high", RequestPriority.High)]
    [InlineData("alice", "normal", RequestPriority.Normal)]
    [InlineData("alice", null, RequestPriority.Normal)]
    [InlineData("bob", "high", RequestPriority.Low)]
    [InlineData("bob", null, RequestPriority.Low)]
    public void Read_Priority_IsCappedByTheRightOfTheKey(string caller, string? asked, RequestPriority expected)
    {
        Assert.Null(PatienceHeaders.Read(Request(caller, priority: asked), _options, out var patience));

        Assert.Equal(expected, patience.Priority);
    }

    [Fact]
    public void Read_AllKeysHaveTheRight_High()
    {
        _options.Access.MaxPriority = RequestPriority.High;
        PatienceHeaders.Read(Request("carol", priority: "high"), _options, out var patience);

        Assert.Equal(RequestPriority.High, patience.Priority);
    }

    [Theory]
    [InlineData("urgent")]
    [InlineData("High")]
    [InlineData("")]
    [InlineData("2")]
    public void Read_UnknownPriority_NamesTheHeaderAndTheWords(string priority)
    {
        var error = PatienceHeaders.Read(Request(priority: priority), _options, out _)!;

        Assert.Equal((400, "x-thotnet-priority", "The header x-thotnet-priority must be low, normal or high."), (error.Status, error.Param, error.Message));
    }

    [Fact]
    public void Read_BothAreWrong_NamesBoth()
    {
        var error = PatienceHeaders.Read(Request(wait: "121", priority: "urgent"), _options, out _)!;

        Assert.Equal("x-thotnet-max-wait", error.Param);
        Assert.Equal(
            "The header x-thotnet-max-wait must be a whole number of seconds from 0 to 120. The header x-thotnet-priority must be low, normal or high.",
            error.Message);
    }

    private static HttpRequest Request(string caller = "", string? wait = null, string? priority = null)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["x-thotnet-key-id"] = caller;
        if (wait is not null)
        {
            request.Headers["x-thotnet-max-wait"] = wait;
        }

        if (priority is not null)
        {
            request.Headers["x-thotnet-priority"] = priority;
        }

        return request;
    }
}
