using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers;

namespace ThotNet.Silo.Flights;

/// <summary>Reads what a <see cref="PayloadWriter"/> has written. Anything else makes a method return false, and nothing is allocated for it.</summary>
internal ref struct PayloadReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    /// <summary>Nothing is left.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Reads a number that is not negative and fits into an int.</summary>
    public bool TryReadInt(out int value)
    {
        var isOne = TryReadNumber(out var number) && number is >= 0 and <= int.MaxValue;
        value = isOne ? (int)number : 0;
        return isOne;
    }

    /// <summary>Reads a flag.</summary>
    public bool TryReadFlag(out bool flag)
    {
        flag = false;
        if (_rest.IsEmpty || _rest[0] > 1)
        {
            return false;
        }

        flag = _rest[0] == 1;
        _rest = _rest[1..];
        return true;
    }

    /// <summary>Reads a text that is not null.</summary>
    public bool TryReadText([NotNullWhen(true)] out string? text) => TryReadOptionalText(out text) && text is not null;

    /// <summary>Reads what an answer cost.</summary>
    public bool TryReadUsage(out TokenUsage usage)
    {
        usage = default;
        if (!TryReadNumber(out var prompt) || !TryReadNumber(out var completion) || !TryReadNumber(out var total)
            || !TryReadNumber(out var cached) || !TryReadNumber(out var reasoning))
        {
            return false;
        }

        usage = new(prompt, completion, total, cached, reasoning);
        return true;
    }

    /// <summary>Reads an error.</summary>
    public bool TryReadError([NotNullWhen(true)] out ApiError? error)
    {
        error = null;
        if (!TryReadInt(out var status) || status is < 400 or > 599
            || !TryReadText(out var message)
            || !TryReadText(out var type)
            || !TryReadOptionalText(out var code)
            || !TryReadOptionalText(out var param)
            || !TryReadOptionalText(out var spanish)
            || !TryReadOptional(long.MinValue, long.MaxValue, out var retryAfter)
            || !TryReadOptional(0, DateTimeOffset.MaxValue.UtcTicks, out var resetsAt)
            || !TryReadFlag(out var shouldRetry))
        {
            return false;
        }

        error = new(status, message, type, code, param, retryAfter is { } wait ? TimeSpan.FromTicks(wait) : null)
        {
            Spanish = spanish,
            ResetsAt = resetsAt is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null,
            ShouldRetry = shouldRetry,
        };
        return true;
    }

    private bool TryReadNumber(out long value)
    {
        if (!BinaryPrimitives.TryReadInt64BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[sizeof(long)..];
        return true;
    }

    private bool TryReadOptional(long least, long most, out long? value)
    {
        value = null;
        if (!TryReadFlag(out var isThere))
        {
            return false;
        }

        if (!isThere)
        {
            return true;
        }

        var isOne = TryReadNumber(out var number) && number >= least && number <= most;
        value = number;
        return isOne;
    }

    private bool TryReadOptionalText(out string? text)
    {
        text = null;
        if (!TryReadNumber(out var length))
        {
            return false;
        }

        if (length == PayloadWriter.Null)
        {
            return true;
        }

        if (length < 0 || length > _rest.Length || !Utf8.IsValid(_rest[..(int)length]))
        {
            return false;
        }

        text = Encoding.UTF8.GetString(_rest[..(int)length]);
        _rest = _rest[(int)length..];
        return true;
    }
}
