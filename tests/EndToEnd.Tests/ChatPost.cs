using System.Text;

namespace ThotNet.EndToEnd.Tests;

/// <summary>Makes chat requests.</summary>
internal static class ChatPost
{
    public static HttpRequestMessage Of(string body) =>
        new(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}
