using ThotNet.Providers.Requests;
using ThotNet.Providers.Tokens;

namespace ThotNet.Providers.Chat;

/// <summary>A list of tools or functions.</summary>
internal sealed class DefinitionFacts
{
    public int Count { get; set; }

    /// <summary>The whole list, as it stands in the body.</summary>
    public TextSize Text;

    /// <summary>Names of the functions.</summary>
    public BodyTexts Functions { get; } = new();

    /// <summary>Names of the custom tools.</summary>
    public BodyTexts Customs { get; } = new();

    /// <summary>The first custom tool's path.</summary>
    public string? FirstCustom { get; set; }

    /// <summary>The path of the first schema that refers to itself.</summary>
    public string? FirstRecursive { get; set; }

    /// <summary>Adds a definition; false if there is one of that name.</summary>
    public bool Add(BodyText name, bool isCustom, ReadOnlySpan<byte> body)
    {
        var (own, others) = isCustom ? (Customs, Functions) : (Functions, Customs);
        return others.IndexOf(name, body) < 0 && own.Add(name, body);
    }
}

/// <summary>A tool that the caller's choice names.</summary>
/// <param name="Param">The path of the name.</param>
/// <param name="IsCustom">It must be a custom tool.</param>
/// <param name="Name">The name.</param>
internal readonly record struct ChosenTool(string Param, bool IsCustom, BodyText Name);
