using System.Text;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers.Chat;

namespace ThotNet.Providers.Tests.Chat;

/// <summary>Bodies of requests, and what must become of them.</summary>
internal static class ChatBody
{
    public const string User = """{"role":"user","content":"hi"}""";

    public static string Of(params string[] messages) => $$"""{"model":"m","messages":[{{string.Join(',', messages)}}]}""";

    public static string With(string fields) => $$"""{"model":"m","messages":[{{User}}],{{fields}}}""";

    /// <summary>Asserts that the body is accepted; the request that it is.</summary>
    public static ChatRequest AssertAccepted(string body)
    {
        var error = ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request);
        Assert.Null(error);
        return Assert.IsType<ChatRequest>(request);
    }

    /// <summary>Asserts that the body is refused with an error that names the field; the error.</summary>
    public static ApiError AssertRefused(string body, string param)
    {
        var error = ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request);
        Assert.Null(request);
        Assert.NotNull(error);
        Assert.Equal((400, "invalid_request_error", param), (error.Status, error.Type, error.Param));
        Assert.Contains($"'{param}'", error.Message, StringComparison.Ordinal);
        return error;
    }
}
