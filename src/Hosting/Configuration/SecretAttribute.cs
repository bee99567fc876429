namespace ThotNet.Hosting.Configuration;

/// <summary>Marks a setting whose value never appears in messages, logs or pages.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;
