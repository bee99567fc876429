namespace ThotNet.Providers;

/// <summary>Where a provider is reached and with which key.</summary>
/// <param name="Name">Name of the provider in the configuration.</param>
/// <param name="BaseUrl">Base of its API, for example <c>https://api.groq.com/openai/v1</c>.</param>
/// <param name="ApiKey">The secret key; never printed.</param>
public sealed record ProviderEndpoint(string Name, Uri BaseUrl, string ApiKey)
{
    /// <summary>The endpoint without its key.</summary>
    public override string ToString() => $"{Name} at {BaseUrl}";
}
