using System.Globalization;
using System.Numerics;
using System.Text;

namespace ThotNet.Providers.Tests.Canonical;

/// <summary>Writes a value in one of the many ways in which JSON can say it.</summary>
internal sealed class RandomWriter(Random random)
{
    /// <summary>The value, somehow.</summary>
    public string Write(Tree value, bool keepsOrder) => value switch
    {
        Tree.Text text => WriteText(text.Value),
        Tree.Number number => WriteNumber(number.Digits, number.Exponent),
        Tree.Word word => word.Value,
        Tree.Items items => $"[{Join(items.Values.Select(item => Write(item, keepsOrder)))}]",
        Tree.Members members => $"{{{Join(Arrange(members.Values, keepsOrder).Select(member =>
            $"{WriteText(member.Name)}{Blank}:{Blank}{Write(member.Value, keepsOrder || Tree.HoldsSchema(member.Name))}"))}}}",
        _ => throw new NotSupportedException(),
    };

    /// <summary>The items with commas and blanks.</summary>
    public string Join(IEnumerable<string> items) => Blank + string.Join($"{Blank},{Blank}", items) + Blank;

    /// <summary>True so often: once in n times.</summary>
    public bool OnceIn(int times) => random.Next(times) == 0;

    /// <summary>The members in another order, but those of one name in theirs.</summary>
    public IEnumerable<(string Name, T Value)> Arrange<T>(IReadOnlyList<(string Name, T Value)> members, bool keepsOrder)
    {
        if (keepsOrder)
            return members;
        var left = members.GroupBy(member => member.Name).ToDictionary(group => group.Key, group => new Queue<(string, T)>(group));
        var names = members.Select(member => member.Name).ToArray();
        random.Shuffle(names);
        return names.Select(name => left[name].Dequeue());
    }

    private string Blank => OnceIn(4) ? " \t\r\n".Substring(random.Next(4), 1) : "";

    private string WriteText(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var unit in text)
            json.Append(WriteUnit(unit, isPair: text.Any(char.IsSurrogate)));
        return json.Append('"').ToString();
    }

    // Both halves of a pair are written in the same way.
    private string WriteUnit(char unit, bool isPair)
    {
        var letter = "\"\\/\b\f\n\r\t".IndexOf(unit, StringComparison.Ordinal);
        var mayBePlain = unit >= ' ' && unit is not '"' and not '\\';
        if (letter >= 0 && OnceIn(2))
            return $"\\{"\"\\/bfnrt"[letter]}";
        if (mayBePlain && (OnceIn(2) || (isPair && char.IsSurrogate(unit))))
            return unit.ToString();
        return $"\\u{((int)unit).ToString(OnceIn(2) ? "x4" : "X4", CultureInfo.InvariantCulture)}";
    }

    private string WriteNumber(BigInteger digits, int exponent)
    {
        var zeros = digits.IsZero ? 0 : random.Next(4);
        var text = BigInteger.Abs(digits).ToString(CultureInfo.InvariantCulture) + new string('0', zeros);
        exponent -= zeros;
        var point = random.Next(text.Length + 1);
        if (point > 0 && point < text.Length)
        {
            exponent += text.Length - point;
            text = $"{text[..point]}.{text[point..]}";
        }
        else if (OnceIn(4))
        {
            text += ".0";
        }

        var sign = digits.Sign < 0 || (digits.IsZero && OnceIn(3)) ? "-" : "";
        var power = exponent == 0 && OnceIn(2) ? "" : (OnceIn(2) ? "e" : "E") + (exponent < 0 ? "-" : OnceIn(2) ? "+" : "") + (OnceIn(4) ? "00" : "") + Math.Abs(exponent);
        return sign + text + power;
    }
}
