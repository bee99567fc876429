namespace ThotNet.EndToEnd.Tests.Caching;

/// <summary>A silo serves before it has reached the cache's store, and keeps nothing until then: tests of what is kept wait for it.</summary>
internal static class CacheReadiness
{
    /// <summary>Waits until the silo has reached its store.</summary>
    /// <param name="client">Sends the question.</param>
    /// <param name="silo">The silo's own address.</param>
    /// <param name="secret">The gateway's secret.</param>
    public static Task ReachedAsync(HttpClient client, Uri silo, string secret) => Eventually.TrueAsync(async () =>
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(silo, "ops/api/cache"));
        message.Headers.Add("x-thotnet-gateway-secret", secret);
        using var response = await client.SendAsync(message);
        return (await response.Content.ReadAsStringAsync()).Contains("\"redis\":\"reached\"", StringComparison.Ordinal);
    });
}
