using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ThotNet.Providers.Chat;

/// <summary>Checks data that stands in the request itself: <c>data:</c> URLs and plain base64 (wire.md 1.1, rules 9 to 12).</summary>
internal static class DataUrl
{
    private static readonly SearchValues<byte> TypeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&-^_.+"u8);

    /// <summary>True for an address that somebody would have to fetch.</summary>
    public static bool IsRemote(ReadOnlySpan<byte> url) => StartsWith(url, "https://"u8) || StartsWith(url, "http://"u8);

    /// <summary>True for anything that says that it is a data URL, right or wrong.</summary>
    public static bool IsMeant(ReadOnlySpan<byte> url) => StartsWith(url, "data:"u8);

    /// <summary>True for <c>data:type/subtype;…;base64,…</c> with data in it.</summary>
    /// <param name="url">What <see cref="IsMeant"/> has taken.</param>
    /// <param name="family">The type that it must have, such as <c>image</c>; empty for any.</param>
    public static bool IsValid(ReadOnlySpan<byte> url, ReadOnlySpan<byte> family)
    {
        var comma = url.IndexOf((byte)',');
        if (comma < 0)
            return false;
        var head = url["data:".Length..comma];
        var end = head.IndexOf((byte)';');
        return end > 0 && IsType(head[..end], family) && EndsWith(head, ";base64"u8) && IsBase64(url[(comma + 1)..]);
    }

    /// <summary>True for base64 of at least one byte; line breaks in it are fine.</summary>
    public static bool IsBase64(ReadOnlySpan<byte> text) => Base64.IsValid(text, out var length) && length > 0;

    private static bool IsType(ReadOnlySpan<byte> type, ReadOnlySpan<byte> family)
    {
        var slash = type.IndexOf((byte)'/');
        return slash > 0 && slash < type.Length - 1
            && !type[..slash].ContainsAnyExcept(TypeCharacters) && !type[(slash + 1)..].ContainsAnyExcept(TypeCharacters)
            && (family.IsEmpty || Ascii.EqualsIgnoreCase(type[..slash], family));
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start) =>
        text.Length > start.Length && Ascii.EqualsIgnoreCase(text[..start.Length], start);

    private static bool EndsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> end) =>
        text.Length >= end.Length && Ascii.EqualsIgnoreCase(text[^end.Length..], end);
}
