namespace ThotNet.Providers.Requests;

/// <summary>A short list of strings of the body, such as the names of tools or the ids of calls.</summary>
internal sealed class BodyTexts
{
    private BodyText[] _texts = [];

    public int Count { get; private set; }

    /// <summary>Empties the list; its memory is kept.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a text; false if it was there already.</summary>
    public bool Add(BodyText text, ReadOnlySpan<byte> body)
    {
        if (IndexOf(text, body) >= 0)
            return false;
        if (Count == _texts.Length)
            Array.Resize(ref _texts, Math.Max(4, Count * 2));
        _texts[Count++] = text;
        return true;
    }

    /// <summary>The place of a text in the list, or -1.</summary>
    public int IndexOf(BodyText text, ReadOnlySpan<byte> body)
    {
        for (var index = 0; index < Count; index++)
        {
            if (_texts[index].Is(text, body))
                return index;
        }

        return -1;
    }
}
