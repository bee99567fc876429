using Microsoft.AspNetCore.Builder;

namespace ThotNet.Hosting.Tests.Requests;

public sealed class RequestIdTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("Req.1:2-3_4")]
    public async Task Id_Usable_IsKeptPassedOnAndReturned(string id) => Assert.Equal((id, id), await SendAsync(id));

    [Theory]
    [InlineData(null)]
    [InlineData("two words")]
    [InlineData("quote\"")]
    [InlineData("<b>")]
    public async Task Id_MissingOrUnusable_IsMade(string? id)
    {
        var (returned, passedOn) = await SendAsync(id);

        Assert.Matches("^req_[0-9a-f]{32}$", returned);
        Assert.Equal(returned, passedOn);
    }

    [Fact]
    public async Task Id_OfMoreThan128Characters_IsReplaced()
    {
        Assert.Equal(128, (await SendAsync(new string('x', 128))).Returned.Length);
        Assert.StartsWith("req_", (await SendAsync(new string('x', 129))).Returned, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Id_OnAnError_IsReturnedToo()
    {
        await using var host = await TestHost.StartAsync(app => { });
        using var response = await host.Client.GetAsync("/nowhere");

        Assert.StartsWith("req_", Assert.Single(response.Headers.GetValues("x-request-id")), StringComparison.Ordinal);
    }

    private static async Task<(string Returned, string PassedOn)> SendAsync(string? id)
    {
        await using var host = await TestHost.StartAsync(app => app.MapGet("/x", context =>
        {
            // As a forwarded answer would: the silo's own copy must not double the header.
            context.Response.Headers["x-request-id"] = "other";
            return context.Response.Body.WriteAsync(System.Text.Encoding.ASCII.GetBytes(context.Request.Headers["x-request-id"].ToString())).AsTask();
        }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/x");
        if (id is not null)
            request.Headers.TryAddWithoutValidation("x-request-id", id);
        using var response = await host.Client.SendAsync(request);
        return (Assert.Single(response.Headers.GetValues("x-request-id")), await response.Content.ReadAsStringAsync());
    }
}
