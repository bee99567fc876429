namespace ThotNet.Providers.OpenAi;

/// <summary>
/// Numbers the tool calls of one choice over all chunks of a stream (wire.md 1.3): from 0, never reused, whatever the provider's own numbers
/// are. Google's compatible endpoint gives none (4.1), and some servers give 0 to every call.
/// </summary>
internal sealed class ToolCallIndexes
{
    private readonly List<(int Given, byte[] Id)> _calls = [];

    /// <summary>Number of calls begun.</summary>
    public int Count => _calls.Count;

    /// <summary>The index for a piece of a call.</summary>
    /// <param name="call">The piece.</param>
    /// <param name="isNew">It begins a call.</param>
    public int Place(in ToolCallFields call, out bool isNew)
    {
        var known = Find(call);
        isNew = known < 0;
        if (!isNew)
            return known;
        _calls.Add((call.Index, call.HasId ? call.Id.ToArray() : []));
        return _calls.Count - 1;
    }

    // The last call with that number is meant, unless the piece carries another id and a name: then it begins a new one.
    private int Find(in ToolCallFields call)
    {
        for (var i = _calls.Count - 1; i >= 0; i--)
        {
            var (given, id) = _calls[i];
            var sameId = call.HasId && call.Id.SequenceEqual(id);
            var continues = call.Index >= 0 ? call.Index == given && (sameId || !call.HasId || !call.HasName || id.Length == 0) : sameId;
            if (continues)
                return i;
        }

        // Without a number, a piece with neither id nor name belongs to the call before it.
        return call.Index < 0 && !call.HasId && !call.HasName ? _calls.Count - 1 : -1;
    }
}
