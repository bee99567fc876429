using Microsoft.Extensions.Configuration;

namespace ThotNet.Hosting.Configuration;

/// <summary>What a changed file of settings makes of the options.</summary>
/// <param name="Options">The options as they would be now; only of use without errors.</param>
/// <param name="Errors">Every mistake, one line each; empty when the options can be used.</param>
public sealed record OptionsChange(ThotNetOptions Options, IReadOnlyList<string> Errors);

/// <summary>Reads the options anew when the file of settings has changed. One thread at a time.</summary>
public sealed class OptionsReload
{
    private readonly SettingsFile _file;
    private readonly IConfiguration _configuration;
    private readonly HostRole _role;
    private readonly bool _development;

    internal OptionsReload(SettingsFile file, IConfiguration configuration, HostRole role, bool development)
    {
        _file = file;
        _configuration = configuration;
        _role = role;
        _development = development;
    }

    /// <summary>Where the file is, or would be.</summary>
    public string Path => _file.Path;

    /// <summary>The options as all sources have them now, checked in full; null when the file is as it was.</summary>
    public OptionsChange? ReadIfChanged()
    {
        if (!_file.Reload())
            return null;
        // Nothing else is said of a file that cannot be read: what lies below is what it held before.
        return _file.Error is { } unreadable ? new(new ThotNetOptions(), [unreadable]) : Read();
    }

    internal OptionsChange Read()
    {
        var errors = new List<string>();
        if (_file.Error is { } unreadable)
            errors.Add(unreadable);
        var options = new ThotNetOptions();
        // Other parts of a process may have sections of their own next to ours, so names on the first level are not checked.
        new OptionsReader(errors).Read(_configuration.GetSection(ThotNetOptions.Section), options, allowUnknown: true);
        if (options.Access.ApiKeys.Length == 0)
            options.Access.ApiKeys = _configuration["THOTNET_API_KEYS"] ?? "";
        if (options.Access.GatewaySecret.Length == 0)
            options.Access.GatewaySecret = _configuration["THOTNET_GATEWAY_SECRET"] ?? "";
        errors.AddRange(ThotNetRules.Check(options, _role, _development, _configuration));
        return new(options, errors);
    }
}
