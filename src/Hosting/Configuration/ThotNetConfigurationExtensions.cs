using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ThotNet.Hosting.Configuration;

/// <summary>Reads and checks the configuration of a process.</summary>
public static class ThotNetConfigurationExtensions
{
    private const string DefaultsResource = "ThotNet.defaults.json";

    /// <summary>
    /// Reads section <c>ThotNet</c> over the built-in defaults, checks all of it at once, and registers <see cref="ThotNetOptions"/>.
    /// </summary>
    /// <param name="builder">The host being built.</param>
    /// <param name="role">What the process is; both roles may be given together.</param>
    /// <returns>The checked options.</returns>
    /// <exception cref="ThotNetConfigurationException">Something is missing or wrong; holds every mistake.</exception>
    public static ThotNetOptions AddThotNetOptions(this IHostApplicationBuilder builder, HostRole role)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var errors = new List<string>();
        var options = Read(builder.Configuration, errors);
        errors.AddRange(ThotNetRules.Check(options, role, builder.Environment.IsDevelopment(), builder.Configuration));
        if (errors.Count > 0)
            throw new ThotNetConfigurationException(errors);

        builder.Services.AddSingleton(options);
        return options;
    }

    private static ThotNetOptions Read(IConfigurationManager configuration, List<string> errors)
    {
        // Below every other source, so that files, environment and command line all win.
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults() });
        var options = new ThotNetOptions();
        // Other parts of a process may have sections of their own next to ours, so names on the first level are not checked.
        new OptionsReader(errors).Read(configuration.GetSection(ThotNetOptions.Section), options, allowUnknown: true);
        if (options.Access.ApiKeys.Length == 0)
            options.Access.ApiKeys = configuration["THOTNET_API_KEYS"] ?? "";
        if (options.Access.GatewaySecret.Length == 0)
            options.Access.GatewaySecret = configuration["THOTNET_GATEWAY_SECRET"] ?? "";
        return options;
    }

    /// <summary>The built-in defaults as configuration keys and values.</summary>
    internal static List<KeyValuePair<string, string?>> Defaults()
    {
        using var stream = typeof(ThotNetConfigurationExtensions).Assembly.GetManifestResourceStream(DefaultsResource)
            ?? throw new InvalidOperationException($"The resource {DefaultsResource} is missing from the assembly.");
        return [.. new ConfigurationBuilder().AddJsonStream(stream).Build().AsEnumerable().Where(pair => pair.Value is not null)];
    }
}
