using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace ThotNet.Hosting.Configuration;

/// <summary>Turns the text of one setting into its value, and says in words which values are allowed.</summary>
internal static class OptionText
{
    /// <summary>True for a type that one configuration value holds.</summary>
    public static bool IsScalar(Type type) =>
        type.IsEnum || type.IsPrimitive || type == typeof(string) || type == typeof(TimeSpan) || type == typeof(Uri)
        || Nullable.GetUnderlyingType(type) is not null;

    /// <summary>Reads a value in invariant culture; false when the text is no value of the type.</summary>
    public static bool TryParse(Type type, string text, out object? value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        value = type switch
        {
            _ when type == typeof(string) => text,
            _ when type == typeof(bool) => bool.TryParse(text, out var flag) ? flag : null,
            _ when type == typeof(int) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
            _ when type == typeof(long) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
            _ when type == typeof(double) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null,
            _ when type == typeof(TimeSpan) => TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var span) ? span : null,
            _ when type == typeof(Uri) => Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null,
            _ when type.IsEnum => ParseName(type, text),
            _ => throw new NotSupportedException($"A setting of type {type} cannot be read."),
        };
        return value is not null;
    }

    /// <summary>What a value of the type looks like, for error messages and documents.</summary>
    public static string Describe(Type type) => type switch
    {
        _ when Nullable.GetUnderlyingType(type) is { } inner => Describe(inner),
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(TimeSpan) => "a time span such as 00:01:00 or 1.00:00:00",
        _ when type == typeof(Uri) => "an absolute http or https URL",
        _ when type.IsEnum => string.Join(" or ", Enum.GetNames(type)),
        _ => "text",
    };

    /// <summary>The allowed values in words.</summary>
    public static string Allowed(PropertyInfo property)
    {
        var text = Describe(property.PropertyType);
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            text += $", {Show(range.Minimum)} to {Show(range.Maximum)}";
        if (property.GetCustomAttribute<RegularExpressionAttribute>() is { } pattern)
            text += $" that matches {pattern.Pattern}";
        return text;
    }

    /// <summary>A value as it would be written in configuration.</summary>
    public static string Show(object? value) => value switch
    {
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        double number => number.ToString("0.############", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>True when the value keeps to what <see cref="Allowed"/> says of range and pattern.</summary>
    public static bool IsAllowed(PropertyInfo property, object value) =>
        property.GetCustomAttribute<RangeAttribute>()?.IsValid(value) is not false
        && property.GetCustomAttribute<RegularExpressionAttribute>()?.IsValid(value) is not false;

    private static object? ParseName(Type type, string text) =>
        Array.Find(Enum.GetNames(type), name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase)) is { } name ? Enum.Parse(type, name) : null;
}
