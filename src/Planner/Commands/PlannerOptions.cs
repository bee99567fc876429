using System.CommandLine;
using System.Globalization;
using ThotNet.Planner.Providers;
using ThotNet.Planner.Reports;
using ThotNet.Planner.Traces;
using ThotNet.Routing;

namespace ThotNet.Planner.Commands;

/// <summary>
/// Makes options whose values are read and checked while the command line is parsed, files included, so that all mistakes are known at once.
/// </summary>
internal static class PlannerOptions
{
    /// <summary>Reads a value from its text and adds what is wrong with it to the errors.</summary>
    public delegate T? ValueReader<out T>(string text, ICollection<string> errors);

    /// <summary>An option.</summary>
    /// <param name="name">Its name with dashes.</param>
    /// <param name="help">What it is for.</param>
    /// <param name="hint">What a value looks like.</param>
    /// <param name="read">Reads a value.</param>
    public static Option<T> Of<T>(string name, string help, string hint, ValueReader<T> read) => new(name)
    {
        Description = help,
        HelpName = hint,
        CustomParser = result =>
        {
            var errors = new List<string>();
            var value = read(result.Tokens.Count == 1 ? result.Tokens[0].Value : "", errors);
            foreach (var error in errors) result.AddError($"{name}: {error}");
            return value;
        },
    };

    /// <summary>An option with a value for when it is not given.</summary>
    public static Option<T> Of<T>(string name, string help, string hint, T standard, ValueReader<T> read)
    {
        var option = Of(name, help, hint, read);
        option.DefaultValueFactory = _ => standard;
        return option;
    }

    /// <summary>A number from a range.</summary>
    public static Option<double> Number(string name, string help, double standard, double least, double most) => Of(name, help, "number", standard, (text, errors) =>
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
        errors.Add(string.Create(CultureInfo.InvariantCulture, $"'{text}' is not allowed; allowed: a number from {least:0.######} to {most:0.######}"));
        return standard;
    });

    /// <summary>A whole number from a range.</summary>
    public static Option<int> Whole(string name, string help, int standard, int least, int most) => Of(name, help, "number", standard, (text, errors) =>
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
        errors.Add($"'{text}' is not allowed; allowed: a whole number from {least} to {most}");
        return standard;
    });

    /// <summary>One of the names of an enum, in any case.</summary>
    public static Option<T> Choice<T>(string name, string help, T standard)
        where T : struct, Enum
    {
        var names = Enum.GetValues<T>().ToDictionary(value => value.ToString().ToLowerInvariant(), StringComparer.OrdinalIgnoreCase);
        return Of(name, help, string.Join('|', names.Keys), standard, (text, errors) =>
        {
            if (names.TryGetValue(text, out var value)) return value;
            errors.Add($"'{text}' is not known; allowed: {string.Join(", ", names.Keys)}");
            return standard;
        });
    }

    /// <summary>The recorded trace.</summary>
    public static Option<RequestTrace> Trace()
    {
        var option = Of("--trace", "Recorded requests: TIMESTAMP,ContextTokens,GeneratedTokens", "file.csv", ReadTrace);
        option.Required = true;
        return option;
    }

    /// <summary>The providers; none given means <see cref="ProvidersFile.Seed"/>.</summary>
    public static Option<Catalog?> Providers() =>
        Of<Catalog?>("--providers", "Providers, shares and budgets in the form of thotnet.json (default: three free tiers)", "file.json", ReadProviders);

    /// <summary>The form of the report.</summary>
    public static Option<ReportFormat> Format() => Choice("--format", "Form of the report", ReportFormat.Table);

    /// <summary>The shape of a day.</summary>
    public static Option<TraceCurve> Shape() => Choice("--shape", "How the rate changes over a day; diurnal: least at 04:00, most at 16:00", TraceCurve.Flat);

    private static Catalog? ReadProviders(string path, ICollection<string> errors)
    {
        if (!string.IsNullOrWhiteSpace(path)) return ProvidersFile.Read(path, errors);
        errors.Add("no file named");
        return null;
    }

    private static RequestTrace? ReadTrace(string path, ICollection<string> errors)
    {
        try
        {
            using var reader = File.OpenText(path);
            return TraceReader.Read(reader);
        }
        catch (Exception unreadable) when (unreadable is FormatException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.Add($"{path}: {unreadable.Message}");
            return null;
        }
    }
}
