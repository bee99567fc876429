using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Errors;
using ThotNet.Providers.Chat;
using ThotNet.Routing;
using ThotNet.Silo.Decisions;
using ThotNet.Silo.Endpoints;

namespace ThotNet.Silo.Tests.Decisions;

public sealed class DecisionLogTests
{
    private readonly Catalog _catalog = new(DecisionSamples.Targets, []);
    private readonly RecentDecisions _recent = new();
    private readonly ThotNetOptions _options = new();
    private readonly DefaultHttpContext _http = new();
    private readonly ChatRequest _request = new() { Body = default, Model = "auto", Caller = "alice" };

    public DecisionLogTests() => _options.Callers["alice"] = new() { MayExplain = true };

    [Fact]
    public void Note_NotAsked_KeepsItAndSaysNothing()
    {
        Note();

        Assert.Same(DecisionSamples.Second, Assert.Single(_recent.Newest(10)));
        Assert.Empty(_http.Response.Headers);
    }

    [Fact]
    public void Note_NoDecision_IsNothing()
    {
        Ask();
        Log().Note(_http, _request, null);

        Assert.Empty(_recent.Newest(10));
        Assert.Empty(_http.Response.Headers);
    }

    [Fact]
    public void Note_AskedByWhomMay_AnswersWithTheNewestDecision()
    {
        Ask();
        Note();
        Log().Note(_http, _request, DecisionSamples.Numbered(9));

        Assert.Equal(DecisionJson.ToHeader(DecisionSamples.Numbered(9), _catalog.Targets), _http.Response.Headers["x-thotnet-decision"]);
        Assert.False(_http.Response.Headers.ContainsKey("x-thotnet-explain"));
    }

    [Fact]
    public void Note_AskedByWhomMayNot_SaysDenied()
    {
        _options.Callers["alice"].MayExplain = false;
        Ask();
        Note();

        Assert.Equal("denied", _http.Response.Headers["x-thotnet-explain"]);
        Assert.False(_http.Response.Headers.ContainsKey("x-thotnet-decision"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("true")]
    [InlineData("1,1")]
    public void Note_AnotherValueThan1_IsNotAsked(string value)
    {
        _http.Request.Headers["x-thotnet-explain"] = value;
        Note();

        Assert.Empty(_http.Response.Headers);
    }

    [Fact]
    public async Task Note_BeforeAnError_StaysInItsHeaders()
    {
        Ask();
        Note();
        await _http.WriteErrorAsync(new ApiError(429, "Full.", "requests", RetryAfter: TimeSpan.FromSeconds(3)));

        Assert.Equal(DecisionJson.ToHeader(DecisionSamples.Second, _catalog.Targets), _http.Response.Headers["x-thotnet-decision"]);
    }

    [Fact]
    public void Note_AudienceOfTheRequest_IsPartOfIt()
    {
        _request.Audience = new("mobile", ["groq"], "User-Agent");
        Note();

        Assert.Equal(DecisionSamples.Second with { Audience = "mobile" }, Assert.Single(_recent.Newest(10)));
    }

    [Fact]
    public void Note_SpanIsRecorded_GetsAnEvent()
    {
        using var span = new Activity("request").Start();
        _http.Features.Set<IHttpActivityFeature>(new Feature(span));
        _request.Audience = new("mobile", ["groq"], "User-Agent");
        Note();

        var route = Assert.Single(span.Events);
        Assert.Equal(("thotnet.route", DecisionSamples.At), (route.Name, route.Timestamp));
        var tags = route.Tags.ToDictionary(tag => tag.Key, tag => tag.Value);
        Assert.Equal(
            ("auto", "mobile", "groq/gpt-oss", 2, 0.0125),
            (tags["thotnet.route.model"], tags["thotnet.route.audience"], tags["thotnet.route.chosen"], tags["thotnet.route.attempt"], tags["thotnet.route.waited"]));
        Assert.Equal(["openrouter/free no_headroom", "groq/gpt-oss chosen"], Assert.IsType<string[]>(tags["thotnet.route.candidates"]));
    }

    [Fact]
    public void Note_SpanIsNotRecorded_GetsNone()
    {
        using var span = new Activity("request") { IsAllDataRequested = false }.Start();
        _http.Features.Set<IHttpActivityFeature>(new Feature(span));
        Note();

        Assert.Empty(span.Events);
    }

    [Fact]
    public async Task Endpoint_ListsTheNewest100()
    {
        for (var number = 1; number <= 102; number++)
        {
            _recent.Add(DecisionSamples.Numbered(number));
        }

        using var body = new MemoryStream();
        _http.Response.Body = body;
        await DecisionsEndpoint.ListAsync(_http, _recent, _catalog);
        await _http.Response.BodyWriter.FlushAsync(TestContext.Current.CancellationToken);

        var decisions = Enumerable.Range(3, 100).Reverse().Select(number => DecisionJson.ToHeader(DecisionSamples.Numbered(number), _catalog.Targets));
        Assert.Equal($$"""{"decisions":[{{string.Join(',', decisions)}}]}""", Encoding.UTF8.GetString(body.ToArray()));
        Assert.Equal("application/json", _http.Response.ContentType);
    }

    private void Ask() => _http.Request.Headers["x-thotnet-explain"] = "1";

    private void Note() => Log().Note(_http, _request, DecisionSamples.Second);

    private DecisionLog Log() => new(_recent, new(_options, new ConfigurationBuilder().Build(), new HostingEnvironment()), _catalog);

    private sealed record Feature(Activity Activity) : IHttpActivityFeature
    {
        Activity IHttpActivityFeature.Activity
        {
            get => Activity;
            set => throw new NotSupportedException();
        }
    }
}
