using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ThotNet.Gateway.Access;
using ThotNet.Gateway.Clustering;
using ThotNet.Hosting.Configuration;

namespace ThotNet.Gateway.Tests.Access;

public sealed class AccessTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer wrong-key-0000000000")]
    [InlineData("Basic caller-key-000000001")]
    [InlineData("caller-key-000000001")]
    public async Task Key_MissingOrWrong_Is401AndNothingReachesTheSilo(string? authorization)
    {
        await using var silo = await FakeSilo.StartAsync(context => Task.CompletedTask);
        await using var gateway = await GatewayHost.StartAsync(silo.Destination);
        gateway.Client.DefaultRequestHeaders.Authorization = null;
        if (authorization is not null)
            gateway.Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);

        using var response = await gateway.PostAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(("invalid_request_error", "invalid_api_key"), await GatewayHost.ReadErrorAsync(response));
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.Empty(silo.Requests);
    }

    [Theory]
    [InlineData(null, "Falta la clave de API. Envíela en la cabecera Authorization: Bearer SU_CLAVE.")]
    [InlineData("Bearer wrong-key-0000000000", "La clave de API no es correcta.")]
    public async Task Key_MissingOrWrong_IsToldInTheCallersLanguage(string? authorization, string message)
    {
        await using var silo = await FakeSilo.StartAsync(context => Task.CompletedTask);
        await using var gateway = await GatewayHost.StartAsync(silo.Destination);
        gateway.Client.DefaultRequestHeaders.Authorization = null;
        if (authorization is not null)
            gateway.Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        gateway.Client.DefaultRequestHeaders.Add("Accept-Language", "es-MX,es;q=0.9");

        using var response = await gateway.PostAsync();

        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(message, json.RootElement.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal("es", Assert.Single(response.Content.Headers.ContentLanguage));
    }

    [Fact]
    public async Task Headers_TheGatewaysOwnReplaceWhatTheCallerForged()
    {
        await using var silo = await FakeSilo.StartAsync(context => Task.CompletedTask);
        await using var gateway = await GatewayHost.StartAsync(silo.Destination);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Add("X-ThotNet-Gateway-Secret", ["forged-secret-000000", "another"]);
        request.Headers.Add("X-ThotNet-Key-Id", "somebody-else");
        request.Headers.Add("x-thotnet-max-wait", "3");

        using var response = await gateway.Client.SendAsync(request);

        var headers = Assert.Single(silo.Requests).Headers;
        Assert.Equal(GatewayHost.Secret, headers["x-thotnet-gateway-secret"]);
        Assert.Equal(new ApiKeyRing([new(GatewayHost.Key)], GatewayHost.Secret).Find(GatewayHost.Key), headers["x-thotnet-key-id"]);
        Assert.Equal("3", headers["x-thotnet-max-wait"]);
        Assert.False(headers.ContainsKey("Authorization"));
        Assert.DoesNotContain(headers.Values, value => value.Contains("forged", StringComparison.Ordinal) || value.Contains(GatewayHost.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Headers_ForgedWithoutASecretConfigured_AreRemoved()
    {
        await using var silo = await FakeSilo.StartAsync(context => Task.CompletedTask);
        var builder = GatewayHost.Builder("Development");
        builder.Services.AddSingleton<ISiloSource>(new FakeSiloSource(silo.Destination));
        await using var gateway = await GatewayHost.StartAsync(builder, waitUntilReady: true);
        var key = gateway.App.Services.GetRequiredService<CallerKeys>().DevelopmentKey;
        gateway.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        gateway.Client.DefaultRequestHeaders.Add("x-thotnet-gateway-secret", "forged");

        using var response = await gateway.Client.GetAsync("/v1/models");

        Assert.Matches("^tn-dev-[0-9a-f]{32}$", key);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(Assert.Single(silo.Requests).Headers.ContainsKey("x-thotnet-gateway-secret"));
    }

    [Fact]
    public async Task Key_OfANamedCaller_IsToldToTheSiloByItsName()
    {
        await using var silo = await FakeSilo.StartAsync(context => Task.CompletedTask);
        await using var gateway = await GatewayHost.StartAsync(
            [silo.Destination],
            ("ThotNet:Callers:Alice:ApiKeyVariable", "ALICE_KEY"), ("ALICE_KEY", " key-of-alice-0000000\n"), ("ThotNet:Callers:bob:ApiKeyVariable", "BOB_KEY"));
        gateway.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "key-of-alice-0000000");

        using var response = await gateway.Client.GetAsync("/v1/models");

        var headers = Assert.Single(silo.Requests).Headers;
        Assert.Equal("alice", headers["x-thotnet-key-id"]);
        Assert.DoesNotContain(headers.Values, value => value.Contains("key-of-alice", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_Of20Megabytes_Is413AndTheNextRequestIsServed(bool announced)
    {
        await using var silo = await FakeSilo.StartAsync(context => Task.CompletedTask);
        await using var gateway = await GatewayHost.StartAsync(silo.Destination);
        await gateway.Client.GetAsync("/v1/models");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new ByteArrayContent(new byte[20 * 1024 * 1024]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TransferEncodingChunked = !announced;

        using var response = await gateway.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("request_too_large", (await GatewayHost.ReadErrorAsync(response)).Code);
        Assert.Equal(HttpStatusCode.OK, (await gateway.PostAsync()).StatusCode);
        Assert.Equal(2, silo.Requests.Count);
    }

    [Fact]
    public async Task Body_AtTheLimit_IsForwarded()
    {
        await using var silo = await FakeSilo.StartAsync(context => Task.CompletedTask);
        await using var gateway = await GatewayHost.StartAsync(silo.Destination);
        using var content = new ByteArrayContent(new byte[16 * 1024 * 1024]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        using var response = await gateway.Client.PostAsync("/v1/chat/completions", content);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(16 * 1024 * 1024, Assert.Single(silo.Requests).Body.Length);
    }

    [Fact]
    public async Task Body_NotJson_Is415()
    {
        await using var silo = await FakeSilo.StartAsync(context => Task.CompletedTask);
        await using var gateway = await GatewayHost.StartAsync(silo.Destination);

        using var response = await gateway.Client.PostAsync("/v1/chat/completions", new FormUrlEncodedContent([new("a", "b")]));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal("unsupported_media_type", (await GatewayHost.ReadErrorAsync(response)).Code);
        Assert.Empty(silo.Requests);
    }

    [Fact]
    public async Task Headers_Flood_Is431()
    {
        await using var silo = await FakeSilo.StartAsync(context => Task.CompletedTask);
        await using var gateway = await GatewayHost.StartAsync(silo.Destination);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        for (var index = 0; index < 5000; index++)
            request.Headers.Add($"x-flood-{index}", "v");

        using var response = await gateway.Client.SendAsync(request);

        Assert.Equal(431, (int)response.StatusCode);
        Assert.Equal("request_headers_too_large", (await GatewayHost.ReadErrorAsync(response)).Code);
        Assert.Empty(silo.Requests);
    }

    [Fact]
    public void Production_WithoutAnything_ListsEveryMistake()
    {
        var builder = GatewayHost.Builder("Production");

        var errors = Assert.Throws<ThotNetConfigurationException>(() => builder.AddThotNetGateway()).Errors;

        Assert.Equal(3, errors.Count);
    }

    [Fact]
    public void Development_WithoutAClusterToConnectTo_SaysSo()
    {
        var builder = GatewayHost.Builder("Development");

        var error = Assert.Single(Assert.Throws<ThotNetConfigurationException>(() => builder.AddThotNetGateway()).Errors);

        Assert.StartsWith("ThotNet:Cluster:Redis: missing", error, StringComparison.Ordinal);
    }
}
