using System.Text.Json;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers.Tokens;

namespace ThotNet.Providers.Requests;

/// <summary>What has been read of a caller's body so far, whatever the endpoint. A field that comes twice replaces what it said before.</summary>
internal abstract class BodyFacts(ReadOnlyMemory<byte> body, PromptTokenizer? tokenizer)
{
    /// <summary>The whole body.</summary>
    public ReadOnlyMemory<byte> Body { get; } = body;

    /// <summary>Counts what the model reads as text.</summary>
    public TextCounter Texts { get; } = new(tokenizer);

    /// <summary>The first mistake found; reading stops there.</summary>
    public ApiError? Error { get; private set; }

    public string? Model { get; set; }

    /// <summary>Values counted so far.</summary>
    public int ValueCount { get; private set; }

    /// <summary>Counts a value whose text is not the body's bulk; false when there are more than <see cref="BodyReader.MaxValues"/>.</summary>
    public bool CountValue() =>
        ++ValueCount <= BodyReader.MaxValues || Fail($"The request holds more than {BodyReader.MaxValues} JSON values.");

    /// <summary>Notes the mistake. Always false, so that a reader can return it.</summary>
    public bool Fail(string message, string? param = null)
    {
        Error ??= ApiError.Invalid(message, param);
        return false;
    }

    /// <summary>Reads the value of <c>model</c>.</summary>
    public bool ReadModel(ref Utf8JsonReader reader)
    {
        if (!Values.Name(ref reader, "model", this, out var model))
            return false;
        Model = model;
        return true;
    }
}
