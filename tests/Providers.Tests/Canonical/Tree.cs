using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;

namespace ThotNet.Providers.Tests.Canonical;

/// <summary>A JSON value as what it means: how it is written is decided later.</summary>
internal abstract record Tree
{
    // Names that hold schemas are among them.
    private static readonly string[] Names = ["a", "b", "B", "c", "role", "é", "a\n", "x\"", "", "😀", "parameters", "properties", "schema", "inputSchema", "json_schema"];

    private static readonly Gen<Tree> Leaf = Gen.Frequency(
        (3, Texts.Select(Tree (text) => text)),
        (3, Numbers.Select(Tree (number) => number)),
        (1, Gen.Int[0, 2].Select(Tree (word) => new Word(word switch { 0 => "true", 1 => "false", _ => "null" }))));

    /// <summary>Texts, with much that can be written in several ways.</summary>
    public static Gen<Text> Texts => Gen.Char["ab/\"\\\n\t\b\u0000\u001f\u007fé€\u2028"].Array[0, 6]
        .Select(Gen.Bool, (letters, hasPair) => new Text(new string(letters) + (hasPair ? "😀" : "")));

    /// <summary>Numbers of any size.</summary>
    public static Gen<Number> Numbers => Gen.Select(Gen.Long, Gen.Int[0, 60], Gen.Int[-25, 25]).Select((digits, shift, exponent) => new Number(digits >> shift, exponent));

    /// <summary>Objects, nested as deep as told.</summary>
    public static Gen<Members> Objects(int depth) => Gen.Select(Gen.Int[0, Names.Length - 1].Select(name => Names[name]), Any(depth - 1)).Array[0, 4].Select(members => new Members(members));

    /// <summary>Values of all kinds, nested as deep as told.</summary>
    public static Gen<Tree> Any(int depth) => depth == 0 ? Leaf : Gen.Frequency(
        (2, Leaf),
        (2, Any(depth - 1).Array[0, 4].Select(Tree (items) => new Items(items))),
        (3, Objects(depth).Select(Tree (members) => members)));

    /// <summary>Below a member of that name the order of members counts.</summary>
    public static bool HoldsSchema(string name) => name is "parameters" or "properties" or "schema" or "inputSchema";

    /// <summary>What the value means, as text: equal for equal values. The plain way to do what is tested.</summary>
    public abstract string Meaning(bool keepsOrder);

    /// <summary>The value with one thing changed in it, which may be one that does not count.</summary>
    public abstract Tree Change(Random random);

    internal sealed record Text(string Value) : Tree
    {
        public override string Meaning(bool keepsOrder) => $"'{Convert.ToHexString(Encoding.UTF8.GetBytes(Value))}'";

        public override Tree Change(Random random) => random.Next(3) switch
        {
            0 => new Text(Value + "x"),
            1 => new Text("\\" + Value),
            _ => Value.Length > 0 && !char.IsSurrogate(Value[^1]) ? new Text(Value[..^1]) : new Number(1, 0),
        };
    }

    internal sealed record Number(BigInteger Digits, int Exponent) : Tree
    {
        public override string Meaning(bool keepsOrder) =>
            string.Create(CultureInfo.InvariantCulture, $"{Digits * BigInteger.Pow(10, Exponent + 50)}");

        public override Tree Change(Random random) => random.Next(4) switch
        {
            0 => new Number(Digits + 1, Exponent),
            1 => new Number(-Digits, Exponent),
            2 => new Number(Digits, Exponent + 1),
            _ => new Text(Digits.ToString(CultureInfo.InvariantCulture)),
        };
    }

    internal sealed record Word(string Value) : Tree
    {
        public override string Meaning(bool keepsOrder) => Value;

        public override Tree Change(Random random) => random.Next(2) == 0 ? new Word(Value == "true" ? "false" : "true") : new Text(Value);
    }

    internal sealed record Items(Tree[] Values) : Tree
    {
        public override string Meaning(bool keepsOrder) => $"[{string.Join(',', Values.Select(value => value.Meaning(keepsOrder)))}]";

        public override Tree Change(Random random)
        {
            var values = Values.ToList();
            var at = random.Next(Math.Max(1, values.Count));
            if (values.Count == 0 || random.Next(4) == 0)
                values.Insert(at, new Word("null"));
            else if (random.Next(4) == 0)
                values.RemoveAt(at);
            else if (random.Next(4) == 0)
                (values[0], values[at]) = (values[at], values[0]);
            else
                values[at] = values[at].Change(random);
            return new Items([.. values]);
        }
    }

    internal sealed record Members((string Name, Tree Value)[] Values) : Tree
    {
        public override string Meaning(bool keepsOrder)
        {
            IEnumerable<(string Name, Tree Value)> members = keepsOrder ? Values : Values.OrderBy(member => member.Name, StringComparer.Ordinal);
            return $"{{{string.Join(',', members.Select(member => new Text(member.Name).Meaning(false) + member.Value.Meaning(keepsOrder || HoldsSchema(member.Name))))}}}";
        }

        public override Members Change(Random random)
        {
            var values = Values.ToList();
            var at = random.Next(Math.Max(1, values.Count));
            if (values.Count == 0 || random.Next(5) == 0)
                values.Insert(at, (Names[random.Next(Names.Length)], new Word("null")));
            else if (random.Next(5) == 0)
                values.RemoveAt(at);
            else if (random.Next(5) == 0)
                (values[0], values[at]) = (values[at], values[0]);
            else if (random.Next(5) == 0)
                values[at] = (values[at].Name + "1", values[at].Value);
            else
                values[at] = (values[at].Name, values[at].Value.Change(random));
            return new Members([.. values]);
        }
    }
}
