namespace ThotNet.Providers.Chat;

/// <summary>
/// The sizes from which the bound of a prompt's tokens is made. Text that no tokenizer counts is one token for every
/// <see cref="BytesPerToken"/> bytes. That holds for prose and code in the common tokenizers (4 to 5 bytes a token in English, about 3 in
/// Chinese or Cyrillic); a prompt of random characters or digits can exceed it, and what it exceeds is settled as debt afterwards.
/// </summary>
internal static class PromptBound
{
    /// <summary>UTF-8 bytes of text for one token.</summary>
    public const int BytesPerToken = 3;

    /// <summary>Tokens that wrap a message: its role and separators.</summary>
    public const int TokensPerMessage = 8;

    /// <summary>Tokens of an image, whatever its size.</summary>
    public const int TokensPerImage = 1_500;

    /// <summary>Base64 characters of audio for one token: a speech codec at 32 kbit/s and 32 tokens a second.</summary>
    public const int AudioCharactersPerToken = 128;

    /// <summary>Tokens of a file that is only named by its id.</summary>
    public const int TokensPerFileId = 10_000;

    /// <summary>Tokens of that many bytes of text, rounded up.</summary>
    public static long OfText(long bytes) => (bytes + BytesPerToken - 1) / BytesPerToken;
}
