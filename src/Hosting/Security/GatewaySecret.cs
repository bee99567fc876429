using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using ThotNet.Hosting.Configuration;

namespace ThotNet.Hosting.Security;

/// <summary>
/// The secret that a gateway shows to a silo. A silo that has none configured, which is possible in Development only, trusts everybody.
/// </summary>
/// <param name="options">Holds the secret.</param>
public sealed class GatewaySecret(ThotNetOptions options)
{
    /// <summary>Header that carries the secret from gateway to silo.</summary>
    public const string Header = "x-thotnet-gateway-secret";

    /// <summary>Header that carries the id of the caller's key from gateway to silo.</summary>
    public const string KeyIdHeader = "x-thotnet-key-id";

    private readonly byte[] _expected = SHA256.HashData(Encoding.UTF8.GetBytes(options.Access.GatewaySecret));

    /// <summary>Whether a secret is configured.</summary>
    public bool IsConfigured { get; } = options.Access.GatewaySecret.Length > 0;

    /// <summary>The secret itself, for the gateway to send; empty when none is configured.</summary>
    public string Value => options.Access.GatewaySecret;

    /// <summary>True when the request carries the secret, or none is configured. Takes the same time wherever two secrets differ.</summary>
    /// <param name="request">The request.</param>
    public bool IsShownBy(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return !IsConfigured || IsEqual(request.Headers[Header].ToString());
    }

    private bool IsEqual(string shown)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(shown), hash);
        return CryptographicOperations.FixedTimeEquals(hash, _expected);
    }
}
