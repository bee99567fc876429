using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ThotNet.Hosting.Configuration;

/// <summary>Reads and checks the configuration of a process.</summary>
public static class ThotNetConfigurationExtensions
{
    private const string DefaultsResource = "ThotNet.defaults.json";
    private const string FileVariable = "THOTNET_CONFIG_FILE";
    private const string FileName = "thotnet.json";

    /// <summary>
    /// Reads section <c>ThotNet</c> over the built-in defaults, checks all of it at once, and registers <see cref="ThotNetOptions"/> and
    /// <see cref="OptionsReload"/>.
    /// </summary>
    /// <param name="builder">The host being built.</param>
    /// <param name="role">What the process is; both roles may be given together.</param>
    /// <returns>The checked options.</returns>
    /// <exception cref="ThotNetConfigurationException">Something is missing or wrong; holds every mistake.</exception>
    public static ThotNetOptions AddThotNetOptions(this IHostApplicationBuilder builder, HostRole role)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var file = AddSources(builder.Configuration, builder.Environment.ContentRootPath);
        var reload = new OptionsReload(file, builder.Configuration, role, builder.Environment.IsDevelopment());
        var (options, errors) = reload.Read();
        if (errors.Count > 0)
            throw new ThotNetConfigurationException(errors);

        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(reload);
        return options;
    }

    // The defaults lie below every other source; the file over the program's own, below environment and command line.
    private static SettingsFile AddSources(IConfigurationManager configuration, string contentRoot)
    {
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults() });
        var named = configuration[FileVariable];
        var file = new SettingsFile(Path.Combine(contentRoot, string.IsNullOrEmpty(named) ? FileName : named), isRequired: !string.IsNullOrEmpty(named));
        var last = configuration.Sources.Select((source, index) => source is JsonConfigurationSource ? index : 0).Max();
        configuration.Sources.Insert(last + 1, file);
        return file;
    }

    /// <summary>The built-in defaults as configuration keys and values.</summary>
    internal static List<KeyValuePair<string, string?>> Defaults()
    {
        using var stream = typeof(ThotNetConfigurationExtensions).Assembly.GetManifestResourceStream(DefaultsResource)
            ?? throw new InvalidOperationException($"The resource {DefaultsResource} is missing from the assembly.");
        return [.. new ConfigurationBuilder().AddJsonStream(stream).Build().AsEnumerable().Where(pair => pair.Value is not null)];
    }
}
