using System.Collections;
using System.Reflection;

namespace ThotNet.Hosting.Configuration;

/// <summary>Tells which settings differ between two options objects. Only paths are named, never values: some are secret.</summary>
public static class OptionsDifference
{
    /// <summary>The paths of all settings that differ, those of added and removed entries among them; <c>ThotNet:Routing:Patience</c>.</summary>
    public static IEnumerable<string> Find(ThotNetOptions one, ThotNetOptions other) => Compare(ThotNetOptions.Section, one, other);

    /// <summary>Whether a setting is a limit, which is taken over while the process runs.</summary>
    /// <param name="path">From <see cref="Find"/>.</param>
    public static bool IsLimit(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Split(':') is
            [_, nameof(ThotNetOptions.Providers), _, nameof(ProviderOptions.Budgets) or nameof(ProviderOptions.SafeShare), ..]
            or [_, nameof(ThotNetOptions.Callers), _, nameof(CallerOptions.Budgets), ..]
            or [_, nameof(ThotNetOptions.Access), nameof(AccessOptions.Budgets), ..];
    }

    private static IEnumerable<string> Compare(string path, object one, object other) =>
        one.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .SelectMany(property => CompareValues($"{path}:{property.Name}", property.PropertyType, property.GetValue(one), property.GetValue(other)));

    private static IEnumerable<string> CompareValues(string path, Type type, object? one, object? other)
    {
        if (OptionText.IsScalar(type))
            return Equals(one, other) ? [] : [path];
        return one is IDictionary first && other is IDictionary second ? CompareEntries(path, first, second) : Compare(path, one!, other!);
    }

    private static IEnumerable<string> CompareEntries(string path, IDictionary one, IDictionary other)
    {
        foreach (var key in one.Keys.Cast<string>().Union(other.Keys.Cast<string>(), StringComparer.Ordinal))
        {
            if (one[key] is not { } first || other[key] is not { } second)
                yield return $"{path}:{key}";
            else
                foreach (var difference in CompareValues($"{path}:{key}", first.GetType(), first, second))
                    yield return difference;
        }
    }
}
