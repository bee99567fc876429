using System.Text;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers.Chat;

namespace ThotNet.Providers.Tests.Chat;

/// <summary>Reads bodies that must be accepted or refused.</summary>
internal static class ChatBody
{
    public const string User = """{"role":"user","content":"hi"}""";

    public static string Of(params string[] messages) => $$"""{"model":"m","messages":[{{string.Join(',', messages)}}]}""";

    public static string With(string fields) => $$"""{"model":"m","messages":[{{User}}],{{fields}}}""";

    public static ChatRequest Accept(string body)
    {
        var error = ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request);
        Assert.Null(error);
        return Assert.IsType<ChatRequest>(request);
    }

    /// <summary>The body is refused, with an error that names the field.</summary>
    public static ApiError Refuse(string body, string param)
    {
        var error = ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request);
        Assert.Null(request);
        Assert.NotNull(error);
        Assert.Equal((400, "invalid_request_error", param), (error.Status, error.Type, error.Param));
        Assert.Contains($"'{param}'", error.Message, StringComparison.Ordinal);
        return error;
    }
}
