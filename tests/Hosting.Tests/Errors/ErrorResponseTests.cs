using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Errors;

namespace ThotNet.Hosting.Tests.Errors;

public sealed class ErrorResponseTests
{
    [Fact]
    public async Task Error_Retryable_CarriesBothRetryHeadersWithTheSameTime()
    {
        await using var host = await Answering(new ApiError(429, "Slow down.", "requests", "rate_limit_exceeded", RetryAfter: TimeSpan.FromSeconds(1.2)));

        using var response = await host.Client.GetAsync("/x");

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal("2", Header(response, "Retry-After"));
        Assert.Equal("2000", Header(response, "retry-after-ms"));
        Assert.False(response.Headers.Contains("x-should-retry"));
        Assert.Equal(("Slow down.", "requests", null, "rate_limit_exceeded"), await TestHost.ReadErrorAsync(response));
    }

    [Fact]
    public async Task Error_Pointless_CapsRetryAfterAndTellsTheTrueTime()
    {
        var reset = new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.FromHours(1));
        await using var host = await Answering(
            new ApiError(429, "Gone.", "insufficient_quota", "insufficient_quota", RetryAfter: TimeSpan.FromHours(5)) { ShouldRetry = false, ResetsAt = reset });

        using var response = await host.Client.GetAsync("/x");

        Assert.Equal("60", Header(response, "Retry-After"));
        Assert.Equal("false", Header(response, "x-should-retry"));
        Assert.Equal("2026-11-23T08:00:00Z", Header(response, "x-thotnet-reset"));
    }

    [Fact]
    public async Task Error_OfTheCaller_HasNoRetryHeaders()
    {
        await using var host = await Answering(ApiError.Invalid("Bad.", "messages"));

        using var response = await host.Client.GetAsync("/x");

        Assert.False(response.Headers.Contains("Retry-After"));
        Assert.Equal(("Bad.", "invalid_request_error", "messages", null), await TestHost.ReadErrorAsync(response));
    }

    [Fact]
    public async Task Exception_Unhandled_Is500WithoutDetails()
    {
        await using var host = await TestHost.StartAsync(app => app.MapGet("/x", context => throw new InvalidOperationException("inner secret")));

        using var response = await host.Client.GetAsync("/x");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("1", Header(response, "Retry-After"));
        var error = await TestHost.ReadErrorAsync(response);
        Assert.Equal("server_error", error.Type);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exception_BadRequest_KeepsItsStatus()
    {
        await using var host = await TestHost.StartAsync(app => app.MapGet("/x", context => throw new BadHttpRequestException("x", 413)));

        using var response = await host.Client.GetAsync("/x");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("request_too_large", (await TestHost.ReadErrorAsync(response)).Code);
    }

    [Theory]
    [InlineData("throw")]
    [InlineData("write")]
    [InlineData("break")]
    public async Task Failure_AfterTheAnswerBegan_DeliversWhatWasWrittenThenBreaks(string how)
    {
        await using var host = await TestHost.StartAsync(app => app.MapGet("/x", async context =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            if (how == "throw")
                throw new InvalidOperationException("late");
            if (how == "write")
                await context.WriteErrorAsync(ApiError.Invalid("late"));
            else
                context.BreakOff();
        }));

        using var response = await host.Client.GetAsync("/x", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var half = new byte[4];
        await body.ReadExactlyAsync(half);

        Assert.Equal("half"u8.ToArray(), half);
        await Assert.ThrowsAsync<HttpIOException>(async () => await body.ReadExactlyAsync(new byte[1]));
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404, "unknown_url")]
    [InlineData("DELETE", "/x", 405, "method_not_allowed")]
    public async Task Status_WithoutABody_GetsTheErrorObject(string method, string path, int status, string code)
    {
        await using var host = await Answering(ApiError.Invalid("x"));

        using var response = await host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, (await TestHost.ReadErrorAsync(response)).Code);
    }

    [Fact]
    public async Task Headers_MoreThanAllowed_Are431()
    {
        await using var host = await TestHost.StartAsync(app => app.MapGet("/x", () => "ok"), access => access.MaxHeaders = 20);

        Assert.Equal(200, (int)(await SendWithHeaders(host, 10, 5)).StatusCode);
        using var flood = await SendWithHeaders(host, 5000, 5);

        Assert.Equal(431, (int)flood.StatusCode);
        Assert.Equal("request_headers_too_large", (await TestHost.ReadErrorAsync(flood)).Code);
    }

    [Fact]
    public async Task Headers_LargerThanAllowed_Are431()
    {
        await using var host = await TestHost.StartAsync(app => app.MapGet("/x", () => "ok"), access => access.MaxHeaderBytes = 4096);

        Assert.Equal(200, (int)(await SendWithHeaders(host, 1, 3000)).StatusCode);
        Assert.Equal(431, (int)(await SendWithHeaders(host, 50, 10_000)).StatusCode);
    }

    [Fact]
    public async Task Url_TooLong_Is414()
    {
        await using var host = await TestHost.StartAsync(app => app.MapGet("/x", () => "ok"));

        using var response = await host.Client.GetAsync($"/x?{new string('a', 9000)}");

        Assert.Equal(414, (int)response.StatusCode);
        Assert.Equal("uri_too_long", (await TestHost.ReadErrorAsync(response)).Code);
    }

    [Fact]
    public async Task Requests_AboveTheLimit_AreRefusedUntilOneEnds()
    {
        var entered = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var host = await TestHost.StartAsync(
            app =>
            {
                app.MapGet("/v1/slow", async () =>
                {
                    entered.SetResult();
                    await release.Task;
                    return "done";
                });
                app.MapGet("/v1/fast", () => "ok");
                app.MapGet("/healthz/live", () => "ok");
            },
            access => access.MaxConcurrentRequests = 1);

        var slow = host.Client.GetStringAsync("/v1/slow");
        await entered.Task;
        using var refused = await host.Client.GetAsync("/v1/fast");
        using var health = await host.Client.GetAsync("/healthz/live");
        release.SetResult();
        await slow;

        Assert.Equal(503, (int)refused.StatusCode);
        Assert.Equal("server_is_overloaded", (await TestHost.ReadErrorAsync(refused)).Code);
        Assert.Equal(200, (int)health.StatusCode);
        Assert.Equal("ok", await host.Client.GetStringAsync("/v1/fast"));
    }

    private static Task<TestHost> Answering(ApiError error) =>
        TestHost.StartAsync(app => app.MapGet("/x", context => context.WriteErrorAsync(error)));

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));

    private static Task<HttpResponseMessage> SendWithHeaders(TestHost host, int count, int size)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/x");
        for (var index = 0; index < count; index++)
            request.Headers.Add($"h{index}", new string('v', size));
        return host.Client.SendAsync(request);
    }
}
