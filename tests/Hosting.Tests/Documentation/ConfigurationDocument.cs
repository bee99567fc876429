using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Extensions.Hosting;
using ThotNet.Hosting.Configuration;

namespace ThotNet.Hosting.Tests.Documentation;

/// <summary>Writes docs/configuration.md from the options classes, their doc comments and the built-in defaults.</summary>
internal sealed partial class ConfigurationDocument
{
    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, XElement> _comments;

    private ConfigurationDocument()
    {
        var file = Path.ChangeExtension(typeof(ThotNetOptions).Assembly.Location, ".xml");
        _comments = XDocument.Load(file).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!);
    }

    public static string Write()
    {
        var document = new ConfigurationDocument();
        document.WriteHead();
        document.WriteSection(typeof(ThotNetOptions), "ThotNet", "Sections");
        document.WriteDefaultProviders();
        return document._text.ToString();
    }

    private void WriteHead() => _text.Append("""
        # Configuration

        This page is made from the options classes in `src/Hosting/Configuration` by a test; change those, then run
        `THOTNET_WRITE_DOCS=1 dotnet test --project tests/Hosting.Tests`.

        Values come from, later ones winning: the built-in defaults below, `appsettings.json` beside the program, `appsettings.{Environment}.json`,
        `thotnet.json` beside the program (or the file named by `THOTNET_CONFIG_FILE`, which must then exist), environment variables, the command line
        (`--ThotNet:Routing:Patience 00:00:05`). Time spans are written `[days.]hh:mm:ss[.fraction]`.
        In the names of environment variables `<NAME>` stands for a name of your own choice; case does not matter.

        Everything is checked at start. A process that cannot run with what it got prints every mistake at once on standard error, each with
        its path and what is allowed, and ends with exit code 78. Unknown names inside a section are mistakes too.

        **Limits may be changed while requests are served.** A silo looks at `thotnet.json` every second. When its content has changed, all of it is
        checked; then the budgets of providers, of callers and of `ThotNet:Access`, and `SafeShare`, are in force at once. With any mistake nothing is
        taken over and all mistakes are logged. Whatever else has changed is logged and takes effect after a restart. A limit that is also set by an
        environment variable or on the command line cannot be changed so: they win. Give all silos the same file: each quota has its authority on one
        of them, and what that one has read holds.

        Outside Development (`DOTNET_ENVIRONMENT` or `ASPNETCORE_ENVIRONMENT`, `Production` when not set) these must be given:

        | What | Gateway | Silo |
        | --- | --- | --- |
        | `THOTNET_GATEWAY_SECRET` | yes | yes |
        | `ThotNet__Cluster__Redis` | yes | yes |
        | `THOTNET_API_KEYS` | yes | no |
        | the key of at least one enabled provider, for example `GROQ_API_KEY` | no | yes |

        The standalone mode is Development when neither is set, brings its own Redis, and makes its own secret. It keeps its data in
        `ThotNet__Standalone__Data` (`./data` when not set).

        Two more variables are not ours but of use: `ASPNETCORE_URLS` says where the gateway listens (`http://localhost:8080` when not set), and
        `OTEL_EXPORTER_OTLP_ENDPOINT` switches on the sending of traces and metrics. Log levels are set as in every .NET program, for example
        `Logging__LogLevel__ThotNet=Debug`.


        """);

    private void WriteSection(Type type, string path, string title)
    {
        var properties = type.GetProperties();
        var scalars = properties.Where(property => OptionText.IsScalar(property.PropertyType) || IsTexts(property.PropertyType)).ToList();
        if (scalars.Count > 0)
        {
            _text.Append(CultureInfo.InvariantCulture, $"## {title}\n\n{Comment($"T:{type.FullName}")}\n\n");
            _text.Append("| Setting | Allowed | Default | Meaning |\n| --- | --- | --- | --- |\n");
            foreach (var property in scalars)
                WriteScalar(property, path, Activator.CreateInstance(type)!);
            _text.Append('\n');
        }

        foreach (var property in properties.Except(scalars))
            WriteNested(property, $"{path}:{property.Name}");
    }

    private void WriteNested(PropertyInfo property, string path)
    {
        if (property.PropertyType.IsAssignableTo(typeof(IDictionary)))
            WriteSection(property.PropertyType.GetGenericArguments()[1], $"{path}:<NAME>", $"{path}:<NAME>");
        else
            WriteSection(property.PropertyType, path, path);
    }

    // Texts by names of the operator's own choice.
    private static bool IsTexts(Type type) => type.IsAssignableTo(typeof(IDictionary<string, string>));

    private void WriteScalar(PropertyInfo property, string path, object defaults)
    {
        var initial = property.GetValue(defaults);
        if (initial is IDictionary<string, string> texts)
        {
            var entries = string.Join("<br>", texts.Select(entry => $"`{entry.Key}`: `{entry.Value}`"));
            WriteRow(property, $"{property.Name}:<NAME>", path, OptionText.Describe(typeof(string)), entries);
            return;
        }

        var value = initial is null || !OptionText.IsAllowed(property, initial) ? "" : OptionText.Show(initial);
        WriteRow(property, property.Name, path, OptionText.Allowed(property), value.Length == 0 ? "none" : $"`{value}`");
    }

    private void WriteRow(PropertyInfo property, string name, string path, string allowed, string initial)
    {
        var variable = $"{path}:{name}".Replace(":", "__", StringComparison.Ordinal);
        _text.Append(CultureInfo.InvariantCulture, $"| `{name}`<br>`{variable}` | {Cell(allowed)} ");
        _text.Append(CultureInfo.InvariantCulture, $"| {initial} | {Cell(Comment($"P:{property.DeclaringType!.FullName}.{property.Name}"))} |\n");
    }

    private void WriteDefaultProviders()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Development" });
        var providers = builder.AddThotNetOptions(HostRole.Silo).Providers;
        _text.Append("""
            ## The built-in providers

            A provider whose key variable is not set is off.

            | Name | URL | Key variable | Share | Models | Budgets |
            | --- | --- | --- | --- | --- | --- |

            """);
        foreach (var (name, provider) in providers.OrderByDescending(provider => provider.Value.Share))
        {
            _text.Append(CultureInfo.InvariantCulture, $"| `{name}` | `{provider.BaseUrl}` | `{provider.ApiKeyVariable}` | {OptionText.Show(provider.Share)} ");
            _text.Append(CultureInfo.InvariantCulture, $"| {string.Join("<br>", provider.Models.Select(Model))} | {string.Join("<br>", provider.Budgets.Select(Budget))} |\n");
        }

        _text.Append("""

            Every budget that is on is kept to at once; the tightest one binds. Those called `documented_…` are what the providers publish today
            for accounts that never paid; the others are the project's own. Switch one off with
            `ThotNet__Providers__<NAME>__Budgets__<NAME>__Enabled=false`, or change its `Amount`:

            - OpenRouter takes 50 requests a day, of all free models together, until 10 credits were ever bought, and 1,000 from then on:
              `ThotNet__Providers__openrouter__Budgets__documented_day__Amount=1000`. It documents no limit of tokens.
            - Groq's are those of `openai/gpt-oss-20b`; its limits are leaky buckets.
            - Google publishes no numbers; AI Studio shows those of a project.

            Where the simulator stands in for the providers (the standalone mode without a key, `deploy/local-cluster --simulator`,
            `deploy/docker-compose.simulator.yml`), the documented budgets are off, because its quotas are the project's own.

            """);
    }

    private static string Model(KeyValuePair<string, ModelOptions> model)
    {
        var aliases = model.Value.Aliases.Length == 0 ? "" : $", also called {string.Join(", ", model.Value.Aliases.Split(',').Select(alias => $"`{alias}`"))}";
        return $"`{model.Key}`: `{model.Value.Id}`{aliases}; {model.Value.Capabilities.Replace(",", ", ", StringComparison.Ordinal)}";
    }

    private static string Budget(KeyValuePair<string, BudgetOptions> budget)
    {
        var zone = budget.Value.Kind == Grains.Abstractions.Quota.BudgetKind.Calendar ? $", {budget.Value.TimeZone}" : "";
        var metric = budget.Value.Metric.ToString().ToLowerInvariant();
        return $"`{budget.Key}`: {budget.Value.Amount.ToString("N0", CultureInfo.InvariantCulture)} {metric} per {OptionText.Show(budget.Value.Window)} ({budget.Value.Kind}{zone})";
    }

    private string Comment(string member) =>
        Spaces().Replace(string.Concat(_comments[member].Nodes().Select(Inline)), " ").Trim();

    private static string Inline(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement element when element.Attribute("cref") is { } link => $"`{link.Value.Split('.')[^1]}`",
        XElement element => element.Value,
        _ => "",
    };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();
}
