using System.Buffers;
using System.Text;
using ThotNet.Providers.Canonical;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;

namespace ThotNet.Providers.Tests.Canonical;

/// <summary>The canonical forms of bodies, as text.</summary>
internal static class CanonicalForm
{
    public const string Messages = "\"messages\":[{\"content\":\"hi\",\"role\":\"user\"}]";

    /// <summary>A chat with some fields more, or a field named <c>messages</c> instead.</summary>
    public static string ChatWith(string fields) => fields.Contains("\"messages\"", StringComparison.Ordinal)
        ? $$"""{"model":"m",{{fields}}}"""
        : $$"""{"model":"m","messages":[{"role":"user","content":"hi"}]{{(fields.Length > 0 ? "," : "")}}{{fields}}}""";

    /// <summary>The form of a chat that must be accepted; null if there is none.</summary>
    public static string? OfChat(string body)
    {
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));
        return Of(request!);
    }

    /// <summary>The form of an embeddings request that must be accepted; null if there is none.</summary>
    public static string? OfEmbeddings(string body)
    {
        Assert.Null(EmbeddingsRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));
        return Of(request!);
    }

    /// <summary>The form of a request; null if there is none, and then nothing must have been written.</summary>
    public static string? Of(ModelRequest request)
    {
        var output = new ArrayBufferWriter<byte>();
        if (CanonicalRequest.TryWrite(request, output))
            return Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.Equal(0, output.WrittenCount);
        return null;
    }
}
