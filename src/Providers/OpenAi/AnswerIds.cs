using System.Globalization;

namespace ThotNet.Providers.OpenAi;

/// <summary>Ids that callers get where the provider gave none (wire.md rules 45 and 51).</summary>
internal static class AnswerIds
{
    /// <summary>What the ids of answers begin with.</summary>
    public const string Prefix = "chatcmpl-";

    /// <summary>The id of an answer.</summary>
    public static string Make() => Prefix + Guid.NewGuid().ToString("N");

    /// <summary>The id of a tool call: no other call of a conversation has it.</summary>
    /// <param name="answer">The answer's id.</param>
    /// <param name="choice">The choice's index.</param>
    /// <param name="index">The call's index within the choice.</param>
    public static string OfCall(string answer, int choice, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"call_{answer}_{choice}_{index}");
}
