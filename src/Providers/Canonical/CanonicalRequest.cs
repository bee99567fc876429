using System.Buffers;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;

namespace ThotNet.Providers.Canonical;

/// <summary>
/// The canonical form of a request: JSON that is the same, byte for byte, for requests that ask for the same answer, whatever the order of their
/// fields, the form of their numbers, their escapes and their blanks; and that differs for requests whose answers may differ.
/// </summary>
/// <remarks>
/// What it leaves out its reader must add to a key: the model (or the targets that it stands for) and the operation. The rule behind all others: two
/// forms of one request cost a call, one form of two requests would give a caller the wrong answer; so whatever is not certain stays.
/// </remarks>
public static class CanonicalRequest
{
    /// <summary>The version of the rules. A key holds it, so that answers under other rules are not found.</summary>
    public const int Version = 1;

    /// <summary>Writes the form. The work grows with n log n of the body's size, and the form is hardly ever longer than the body.</summary>
    /// <param name="request">A request that its reader has accepted.</param>
    /// <param name="output">Where the form goes; nothing is written if there is none.</param>
    /// <returns>False if there is no form, because a text holds an escaped half of a surrogate pair: providers differ in what they make of it.</returns>
    public static bool TryWrite(ModelRequest request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(output);
        using var form = new CanonicalJson(request.Body.Length);
        var isWritten = request switch
        {
            ChatRequest chat => ChatForm.Write(chat, form),
            EmbeddingsRequest embeddings => EmbeddingsForm.Write(embeddings, form),
            _ => throw new NotSupportedException($"No canonical form for {request.Operation} is known."),
        };
        if (isWritten)
            form.CopyTo(output);
        return isWritten;
    }
}
