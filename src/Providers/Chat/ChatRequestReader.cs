using ThotNet.Grains.Abstractions.Errors;

namespace ThotNet.Providers.Chat;

/// <summary>Reads and validates a chat completion request in one pass over the bytes, without a document tree (wire.md 1.1).</summary>
public static class ChatRequestReader
{
    /// <summary>Reads a request.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="request">The request, when there is no error.</param>
    /// <returns>Null, or the 400 that names the field at fault.</returns>
    public static ApiError? Read(ReadOnlyMemory<byte> body, out ChatRequest? request) => throw new NotSupportedException(body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
