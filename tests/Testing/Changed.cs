using System.Text;
using CsCheck;

namespace ThotNet.Testing;

/// <summary>Good input with up to four changes at will: what every parser must withstand, and now and then the input as it was.</summary>
public static class Changed
{
    private static readonly byte[] Spice = Encoding.UTF8.GetBytes("\"\\{}[]:,.0-9eEtfnud$#/; \r\n\u0000ÿ");

    /// <summary>One of the texts with bytes replaced, added, or taken out alone or many at once.</summary>
    public static Gen<byte[]> Bytes(params string[] texts)
    {
        var change = Gen.Select(Gen.Int[0, int.MaxValue - 1], Gen.Int[0, Spice.Length - 1], Gen.Int[0, 3]);
        return Gen.Select(Gen.Int[0, texts.Length - 1], change.Array[0, 4]).Select((text, changes) =>
        {
            var bytes = Encoding.UTF8.GetBytes(texts[text]).ToList();
            foreach (var (at, spice, kind) in changes)
                Change(bytes, at % Math.Max(1, bytes.Count), spice, kind);
            return bytes.ToArray();
        });
    }

    /// <summary>The same as text; what is no UTF-8 any more shows as replacement characters.</summary>
    public static Gen<string> Text(params string[] texts) => Bytes(texts).Select(Encoding.UTF8.GetString);

    private static void Change(List<byte> bytes, int index, int spice, int kind)
    {
        if (kind == 0 || bytes.Count < 2)
            bytes.Insert(index, Spice[spice]);
        else if (kind == 1)
            bytes[index] = Spice[spice];
        else if (kind == 2)
            bytes.RemoveAt(index);
        else
            bytes.RemoveRange(index, Math.Min(spice * 4, bytes.Count - index - 1));
    }
}
