using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Whose turn it is.</summary>
internal enum Turn
{
    /// <summary>None is being written.</summary>
    None,
    User,
    Model,
}

/// <summary>
/// Writes the turns of a conversation, each a Content. What one side says in a row is one turn (wire.md rule 5), and no turn is left without parts
/// (rule 8): a blank text stands in for what would be empty.
/// </summary>
internal sealed class TurnWriter(Utf8JsonWriter writer)
{
    private bool _hasText;
    private bool _hasParts;

    /// <summary>The turn being written.</summary>
    public Turn Open { get; private set; }

    /// <summary>The turn written last; <see cref="Turn.None"/> before the first.</summary>
    public Turn Last { get; private set; }

    /// <summary>Goes on with a turn, or begins it after closing the other side's.</summary>
    public void Begin(Turn turn)
    {
        if (Open == turn)
            return;
        Close();
        _hasText = _hasParts = false;
        Open = Last = turn;
        writer.WriteStartObject();
        writer.WriteString("role"u8, turn == Turn.Model ? "model"u8 : "user"u8);
        writer.WriteStartArray("parts"u8);
    }

    /// <summary>Writes a text part, unless the text is empty.</summary>
    /// <param name="json">The text as a JSON string.</param>
    public void WriteText(ReadOnlySpan<byte> json)
    {
        if (!JsonBytes.HasText(json))
            return;
        BeginPart();
        writer.WriteRaw("text"u8, json);
        writer.WriteEndObject();
        _hasText = true;
    }

    /// <summary>Begins a part; the caller writes what it holds and ends the object.</summary>
    public void BeginPart()
    {
        _hasParts = true;
        writer.WriteStartObject();
    }

    /// <summary>Ends the turn, if there is one.</summary>
    public void Close()
    {
        if (Open == Turn.None)
            return;

        // Some models refuse a user's turn of media alone.
        if (!_hasParts || (Open == Turn.User && !_hasText))
            WriteText("\" \""u8);
        End();
    }

    /// <summary>Writes a turn that says nothing.</summary>
    public void WriteBlank(Turn turn)
    {
        Begin(turn);
        Close();
    }

    /// <summary>Ends the turn as it is, because its parts were written by others.</summary>
    public void End()
    {
        writer.WriteEndArray();
        writer.WriteEndObject();
        Open = Turn.None;
    }
}
