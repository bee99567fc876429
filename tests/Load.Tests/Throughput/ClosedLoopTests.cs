using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Tests.Throughput;

public sealed class ClosedLoopTests
{
    [Theory]
    [InlineData("", 4, 1)]
    [InlineData("\r\nx-result: hit\r\n", 2, 3)]
    public async Task RunAsync_Answers_CountsTheProvenOnes(string proof, long served, long errors)
    {
        var time = new FakeTimeProvider();
        var asked = 0;
        await using var server = await StartAsync(context =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            asked++;
            context.Response.StatusCode = asked == 5 ? 500 : 200;
            context.Response.Headers["x-result"] = asked is 1 or 3 ? "miss" : "hit";
            return context.Response.WriteAsync("text");
        });
        var address = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var subject = new Subject("s", IPEndPoint.Parse(address.Authority), [], Proof: proof);

        var result = await new ClosedLoop(subject, connections: 1, time).RunAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);

        Assert.Equal((served, errors), (result.Served, result.Errors));
        Assert.Equal(5, asked);
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(answer);
        await app.StartAsync();
        return app;
    }
}
