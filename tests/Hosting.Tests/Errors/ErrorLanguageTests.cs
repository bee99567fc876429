using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Errors;

namespace ThotNet.Hosting.Tests.Errors;

public sealed class ErrorLanguageTests
{
    private static readonly ApiError Both = new(429, "Slow down.", "requests") { Spanish = "Más despacio, \"señor\"." };

    [Theory]
    [InlineData(null, "Slow down.", "en")]
    [InlineData("de, en;q=0.5, es;q=0.4", "Slow down.", "en")]
    [InlineData("es-MX, es;q=0.9, en;q=0.8", "Más despacio, \"señor\".", "es")]
    public async Task Error_InBothLanguages_IsInTheCallersAndSaysSo(string? accepted, string message, string language)
    {
        await using var host = await Answering(Both);

        using var response = await GetAsync(host, accepted);

        Assert.Equal((message, "requests", null, null), await TestHost.ReadErrorAsync(response));
        Assert.Equal(language, Assert.Single(response.Content.Headers.ContentLanguage));
        Assert.Equal(["Accept-Language"], response.Headers.Vary);
    }

    [Fact]
    public async Task Error_InEnglishOnly_SaysNothingOfLanguages()
    {
        await using var host = await Answering(ApiError.Invalid("Bad.", "messages"));

        using var response = await GetAsync(host, "es");

        Assert.Equal("Bad.", (await TestHost.ReadErrorAsync(response)).Message);
        Assert.Empty(response.Content.Headers.ContentLanguage);
        Assert.Empty(response.Headers.Vary);
    }

    [Fact]
    public async Task Error_AnswerThatVariesAlready_KeepsThat()
    {
        await using var host = await TestHost.StartAsync(app => app.MapGet("/x", context =>
        {
            context.Response.Headers.Vary = "Origin";
            return context.WriteErrorAsync(Both);
        }));

        using var response = await GetAsync(host, "es");

        Assert.Equal(["Origin", "Accept-Language"], response.Headers.Vary);
    }

    [Theory]
    [InlineData("/nowhere", 404, "URL no válida (GET /nowhere).")]
    [InlineData("/throws", 500, "El servidor tuvo un error al procesar la solicitud.")]
    public async Task Status_WithoutABody_IsInTheCallersLanguage(string path, int status, string message)
    {
        await using var host = await TestHost.StartAsync(app => app.MapGet("/throws", context => throw new InvalidOperationException("x")));
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept-Language", "es");

        using var response = await host.Client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(message, (await TestHost.ReadErrorAsync(response)).Message);
    }

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(4.1, 5)]
    public void TemporarilyUnavailable_SaysWhenInBothLanguages(double wait, int seconds)
    {
        var error = ApiError.TemporarilyUnavailable(TimeSpan.FromSeconds(wait));

        Assert.Equal((503, "server_error", "service_unavailable", seconds), (error.Status, error.Type, error.Code, error.RetryAfterSeconds));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"The service is temporarily unavailable. Try again in {seconds} s."), error.Message);
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"El servicio no está disponible temporalmente. Inténtelo de nuevo en {seconds} s."), error.Spanish);
    }

    [Fact]
    public void ErrorsOfTheServer_AreAllInBothLanguages()
    {
        var request = new DefaultHttpContext().Request;
        ApiError[] errors =
        [
            .. new[] { 400, 404, 405, 408, 411, 413, 414, 415, 431, 500, 502, 503, 504 }.Select(status => StatusErrors.For(status, request)),
            StatusErrors.Overloaded, StatusErrors.BodyTooLarge(5), ApiError.ModelNotFound("x"),
        ];

        Assert.All(errors, error => Assert.False(string.IsNullOrEmpty(error.Spanish), error.Message));
        Assert.Equal("El cuerpo de la solicitud ocupa más de 5 bytes.", StatusErrors.BodyTooLarge(5).Spanish);
        Assert.Equal("El modelo 'x' no existe o no está configurado aquí.", ApiError.ModelNotFound("x").Spanish);
    }

    private static Task<TestHost> Answering(ApiError error) =>
        TestHost.StartAsync(app => app.MapGet("/x", context => context.WriteErrorAsync(error)));

    private static Task<HttpResponseMessage> GetAsync(TestHost host, string? accepted)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/x");
        if (accepted is not null)
            request.Headers.TryAddWithoutValidation("Accept-Language", accepted);
        return host.Client.SendAsync(request);
    }
}
