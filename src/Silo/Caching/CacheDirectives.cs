using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace ThotNet.Silo.Caching;

/// <summary>One directive of a <c>Cache-Control</c> header: a name and maybe a value.</summary>
internal readonly ref struct CacheDirective(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;

    /// <summary>True when it has that name, in any case, whatever its value.</summary>
    public bool Is(ReadOnlySpan<char> name) => NameOf(_text).Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Its value as seconds, at most 2^31-1 (RFC 9111, 1.2.2), bare or quoted; null when it is no whole number.</summary>
    public TimeSpan? ReadSeconds()
    {
        var value = _text[Math.Min(_text.Length, NameLength(_text) + 1)..].Trim();
        value = value is ['"', .. var quoted, '"'] ? quoted : value;
        if (value.IsEmpty || value.ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        return TimeSpan.FromSeconds(int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : int.MaxValue);
    }

    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> text) => text[..NameLength(text)].Trim();

    private static int NameLength(ReadOnlySpan<char> text) => text.IndexOf('=') is >= 0 and var length ? length : text.Length;
}

/// <summary>Goes through the directives of all lines of a header without allocating.</summary>
/// <remarks>
/// The framework's own parsers give up a whole line for one value that is wrong, so that a <c>no-store</c> beside it would be lost, and throw at large numbers.
/// </remarks>
internal ref struct CacheDirectives(StringValues lines)
{
    private readonly StringValues _lines = lines;
    private ReadOnlySpan<char> _rest;
    private ReadOnlySpan<char> _current;
    private int _next;

    /// <summary>The directive that was reached.</summary>
    public readonly CacheDirective Current => new(_current);

    /// <summary>What the compiler's loop asks for.</summary>
    public readonly CacheDirectives GetEnumerator() => this;

    /// <summary>Goes to the next directive; false when there is none.</summary>
    public bool MoveNext()
    {
        while (_rest.IsEmpty)
        {
            if (_next == _lines.Count)
            {
                return false;
            }

            _rest = _lines[_next++];
        }

        var length = LengthOfFirst(_rest);
        _current = _rest[..length];
        _rest = _rest[Math.Min(_rest.Length, length + 1)..];
        return true;
    }

    // A quote that nobody closes hides nothing.
    private static int LengthOfFirst(ReadOnlySpan<char> text)
    {
        var quoted = false;
        for (var index = 0; index < text.Length; index++)
        {
            switch (text[index])
            {
                case ',' when !quoted:
                    return index;
                case '"':
                    quoted = !quoted;
                    break;
                case '\\' when quoted:
                    index++;
                    break;
            }
        }

        return quoted && text.IndexOf(',') is >= 0 and var comma ? comma : text.Length;
    }
}
