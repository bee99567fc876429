using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using ThotNet.Providers.Canonical;

namespace ThotNet.Providers.Tests.Canonical;

/// <summary>Numbers of one value have one form, and numbers of two values never do.</summary>
public sealed class CanonicalNumberTests
{
    private static string FormOf(string number)
    {
        var output = new byte[number.Length + CanonicalNumber.MostAdded];
        return Encoding.UTF8.GetString(output, 0, CanonicalNumber.Write(Encoding.UTF8.GetBytes(number), output));
    }

    [Theory]
    [InlineData("0", "0", "-0", "0.0", "-0.00e5", "0e99999999999999", "0E-99999999999999")]
    [InlineData("1", "1", "1.0", "10e-1", "1E0", "1e+0", "0.1e1", "1e-000", "0.00001E+0005")]
    [InlineData("-1", "-1", "-1.0", "-10e-1")]
    [InlineData("100", "100", "1e2", "100.0", "0.1e3")]
    [InlineData("0.7", "0.7", "7e-1", "0.70", "70E-2")]
    [InlineData("-12.5", "-12.5", "-125e-1", "-0.125e2", "-12.500")]
    [InlineData("0.000001", "0.000001", "1e-6")]
    [InlineData("1e-7", "0.0000001", "1E-7", "10e-8")]
    [InlineData("9223372036854775807", "9223372036854775807", "9223372036854775807.0", "9.223372036854775807e18")]
    [InlineData("100000000000000000000", "1e20", "100000000000000000000", "1.0E+20")]
    [InlineData("1e21", "1e21", "1000000000000000000000", "0.1e22")]
    [InlineData("1234567890123456789012345", "1234567890123456789012345", "1.234567890123456789012345e24")]
    [InlineData("1e999999999", "1e999999999", "1E+0999999999")]
    public void Write_SameValue_SameForm(string form, params string[] numbers) => Assert.All(numbers, number => Assert.Equal(form, FormOf(number)));

    [Theory]
    [InlineData("1e1000000000")]
    [InlineData("1E99999999999999999999999")]
    [InlineData("-2.50e-12345678901")]
    public void Write_ExponentTooLarge_LeavesTheText(string number) => Assert.Equal(number, FormOf(number));

    [Fact]
    public void Write_LongestNumber_GrowsByNoMoreThanPromised() =>
        Assert.All(["1e-999999999", "1.0000000000000000001e-6", "1e20", "-1e-6"], number => Assert.InRange(FormOf(number).Length, 1, number.Length + CanonicalNumber.MostAdded));

    private static readonly Gen<string> Digits = Gen.String[Gen.Char["00000123456789"], 0, 24];

    private static readonly Gen<(BigInteger Digits, int Exponent)> Value = Gen.Select(
        Gen.Bool, Digits, Gen.Int[-30, 30], (isNegative, digits, exponent) => (BigInteger.Parse($"{(isNegative ? "-" : "")}0{digits}", CultureInfo.InvariantCulture), exponent));

    // One of the ways to write the value. Zeros after a zero would be no JSON.
    private static string Text(BigInteger digits, int exponent, int zeros, int point, bool isLarge)
    {
        zeros = digits.IsZero ? 0 : zeros;
        var text = BigInteger.Abs(digits).ToString(CultureInfo.InvariantCulture) + new string('0', zeros);
        exponent -= zeros;
        if (point > 0 && point < text.Length)
        {
            exponent += text.Length - point;
            text = $"{text[..point]}.{text[point..]}";
        }

        return (digits.Sign < 0 ? "-" : "") + text + (exponent == 0 ? "" : $"{(isLarge ? 'E' : 'e')}{(isLarge && exponent > 0 ? "+" : "")}{exponent}");
    }

    [Fact]
    public void Write_AnyWayToWriteAValue_SameForm() => Gen.Select(Value, Gen.Int[0, 12], Gen.Int[0, 30], Gen.Bool).MustHold(
        (value, zeros, point, isLarge) =>
        {
            var form = FormOf(Text(value.Digits, value.Exponent, zeros, point, isLarge));
            Assert.Equal(FormOf(Text(value.Digits, value.Exponent, 0, 0, false)), form);
            Assert.Equal(form, FormOf(form));
        },
        iter: 3_000);

    [Fact]
    public void Write_TwoValues_SameFormOnlyIfTheyAreEqual() => Gen.Select(Value, Value, Gen.Int[-2, 2]).MustHold(
        (one, other, shift) =>
        {
            // Half of the pairs are neighbours.
            if (shift != 0)
                other = (one.Digits + shift, one.Exponent);
            Assert.Equal(Scaled(one) == Scaled(other), FormOf(Text(one.Digits, one.Exponent, 1, 1, false)) == FormOf(Text(other.Digits, other.Exponent, 0, 0, true)));
        },
        iter: 3_000);

    private static BigInteger Scaled((BigInteger Digits, int Exponent) value) => value.Digits * BigInteger.Pow(10, value.Exponent + 30);
}
