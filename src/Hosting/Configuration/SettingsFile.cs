using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace ThotNet.Hosting.Configuration;

/// <summary>
/// The file <c>thotnet.json</c> as a source of configuration that may be read again while the process runs. What cannot be read changes nothing.
/// </summary>
/// <remarks>
/// Its content is compared, not its dates: that also holds for mounted folders that are replaced as a whole, and on file systems that tell nobody of
/// changes. One thread at a time.
/// </remarks>
/// <param name="path">Where it is.</param>
/// <param name="isRequired">Whether it must be there; otherwise there is nothing in it while it is missing at the start.</param>
internal sealed class SettingsFile(string path, bool isRequired) : ConfigurationProvider, IConfigurationSource
{
    /// <summary>The largest file that is read: 1 MiB.</summary>
    public const int MaxBytes = 1024 * 1024;

    private Content _content;

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>Why what was read last cannot be used, or null.</summary>
    public string? Error { get; private set; }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public override void Load()
    {
        _content = Read();
        Take(ifMissing: isRequired ? "there is no such file" : null);
    }

    /// <summary>Reads the file again.</summary>
    /// <returns>False when it is as it was.</returns>
    public bool Reload()
    {
        var content = Read();
        if (content.IsSame(_content))
            return false;
        _content = content;
        Take(ifMissing: "the file is gone");
        return true;
    }

    private Content Read()
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > MaxBytes)
                return new(null, $"larger than {MaxBytes} bytes");
            var bytes = new byte[file.Length];
            return new(bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)], null);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(null, null);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return new(null, $"cannot be read ({unreadable.GetType().Name})");
        }
    }

    private void Take(string? ifMissing)
    {
        var wrong = _content.Error ?? (_content.Bytes is { } bytes ? Parse(bytes) : ifMissing);
        Error = wrong is null ? null : $"{path}: {wrong}";
    }

    private string? Parse(byte[] bytes)
    {
        try
        {
            var read = new ConfigurationBuilder().AddJsonStream(new MemoryStream(bytes)).Build();
            Data = read.AsEnumerable().Where(pair => pair.Value is not null)
                .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
            return null;
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidDataException or JsonException)
        {
            return $"no readable JSON: {wrong.Message}";
        }
    }

    /// <summary>What was read: bytes, or why there are none; neither for a file that is not there.</summary>
    private readonly record struct Content(byte[]? Bytes, string? Error)
    {
        public bool IsSame(Content other) =>
            Error == other.Error && Bytes is null == other.Bytes is null && Bytes.AsSpan().SequenceEqual(other.Bytes);
    }
}
