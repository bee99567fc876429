using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace ThotNet.Hosting.Configuration;

/// <summary>
/// Fills options objects from configuration and collects every mistake: text that is no value, values out of range, missing ones, unknown
/// names. The framework's binder is not used because it stops at the first bad value and says nothing about unknown names.
/// </summary>
/// <param name="errors">Where mistakes are added.</param>
internal sealed class OptionsReader(List<string> errors)
{
    /// <summary>Reads everything below a section into an object.</summary>
    public void Read(IConfigurationSection section, object target, bool allowUnknown = false)
    {
        var properties = target.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);
        if (!allowUnknown)
            ReportUnknown(section, properties);
        foreach (var property in properties)
            ReadProperty(section.GetSection(property.Name), property, target);
    }

    private void ReportUnknown(IConfigurationSection section, PropertyInfo[] known)
    {
        foreach (var child in section.GetChildren())
        {
            if (!Array.Exists(known, property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)))
                errors.Add($"{child.Path}: not a known setting; allowed here: {string.Join(", ", known.Select(property => property.Name))}");
        }
    }

    private void ReadProperty(IConfigurationSection section, PropertyInfo property, object target)
    {
        if (OptionText.IsScalar(property.PropertyType))
            ReadValue(section, property, target);
        else if (property.GetValue(target) is IDictionary entries)
            ReadEntries(section, property.PropertyType.GetGenericArguments()[1], entries);
        else
            Read(section, property.GetValue(target)!);
    }

    // Configuration keys have no case, but names become parts of stored keys: one spelling for all.
    private void ReadEntries(IConfigurationSection section, Type type, IDictionary entries)
    {
        foreach (var child in section.GetChildren())
            entries[child.Key.ToLowerInvariant()] = type == typeof(string) ? ReadText(child) : ReadEntry(child, type);
    }

    private object ReadEntry(IConfigurationSection section, Type type)
    {
        var entry = Activator.CreateInstance(type)!;
        Read(section, entry);
        return entry;
    }

    // A list of the source's own lies beside a text from another source, which would hold unnoticed.
    private string ReadText(IConfigurationSection section)
    {
        if (section.GetChildren().Any())
            errors.Add($"{section.Path}: a list is not allowed; allowed: {OptionText.Describe(typeof(string))}, parts separated by commas");
        return section.Value ?? "";
    }

    private void ReadValue(IConfigurationSection section, PropertyInfo property, object target)
    {
        if (section.Value is { } text)
        {
            if (!OptionText.TryParse(property.PropertyType, text, out var parsed))
            {
                errors.Add($"{section.Path}: {Quote(property, text)} is not valid; allowed: {OptionText.Allowed(property)}");
                return;
            }

            property.SetValue(target, parsed);
        }

        Check(section.Path, property, property.GetValue(target));
    }

    private void Check(string path, PropertyInfo property, object? value)
    {
        if (value is null or "")
        {
            if (property.IsDefined(typeof(RequiredAttribute)))
                errors.Add($"{path}: missing; allowed: {OptionText.Allowed(property)}");
            return;
        }

        if (!OptionText.IsAllowed(property, value))
            errors.Add($"{path}: {Quote(property, OptionText.Show(value))} is not allowed; allowed: {OptionText.Allowed(property)}");
    }

    private static string Quote(PropertyInfo property, string text) =>
        property.IsDefined(typeof(SecretAttribute)) ? "the value" : $"'{text}'";
}
