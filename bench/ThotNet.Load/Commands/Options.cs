using System.CommandLine;
using ThotNet.Load.Reporting;

namespace ThotNet.Load.Commands;

/// <summary>Makes the kinds of options that the commands share, with their checks.</summary>
internal static class Options
{
    /// <summary>A number above 0.</summary>
    public static Option<double> Positive(string name, double standard, string description)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || (result.GetValueOrDefault<double>() is > 0 and < 1e9)) return;
            result.AddError($"{name}: must be above 0 and below 1,000,000,000");
        });
        return option;
    }

    /// <summary>A whole number from 1.</summary>
    public static Option<int> Count(string name, int standard, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<int>() < 1) result.AddError($"{name}: must be at least 1");
        });
        return option;
    }

    /// <summary>A whole number from 1 that may be left out.</summary>
    public static Option<int?> MostCount(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<int?>() < 1) result.AddError($"{name}: must be at least 1");
        });
        return option;
    }

    /// <summary>An absolute http or https URL.</summary>
    public static Option<Uri> Url(string name, string description, bool required = false) => new(name)
    {
        Description = description,
        Required = required,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
            result.AddError($"{name}: not an http or https URL: '{text}'");
            return null;
        },
    };

    /// <summary>The form of the report.</summary>
    public static Option<ReportFormat> Format() => new("--format") { Description = "Form of the report: table, markdown or json" };
}
