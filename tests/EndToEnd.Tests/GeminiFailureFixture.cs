namespace ThotNet.EndToEnd.Tests;

/// <summary>One ThotNet with two accounts at Google for each failure of Google's, so that what is remembered of one failure does not reach the next.</summary>
public sealed class GeminiFailureFixture : IAsyncLifetime
{
    public const string Model = "gemini-3.5-flash-lite";

    public StandaloneFixture Thotnet { get; } = new([.. GeminiFailureTests.Presets.SelectMany(preset => Settings($"first-{preset}").Concat(Settings($"second-{preset}")))]);

    public async ValueTask InitializeAsync()
    {
        await Thotnet.InitializeAsync();
        Thotnet.Simulator.SetFaults([.. GeminiFailureTests.Presets.SelectMany(preset => new[] { "first", "second" }.Select(
            account => $$"""{"account":"{{account}}-{{preset}}","preset":"gemini-native-{{preset}}"}"""))]);
    }

    public ValueTask DisposeAsync() => Thotnet.DisposeAsync();

    // The simulator names the account of the key sim-x "x".
    private static IEnumerable<string> Settings(string account) =>
    [
        $"--{VariableOf(account)}=sim-{account}",
        $"--ThotNet:Providers:{account}:Kind=Gemini",
        $"--ThotNet:Providers:{account}:ApiKeyVariable={VariableOf(account)}",
        $"--ThotNet:Providers:{account}:BaseUrl={StandaloneFixture.SimulatorPlace}gemini/v1beta",
        $"--ThotNet:Providers:{account}:Models:default:Id={Model}",
        $"--ThotNet:Providers:{account}:Budgets:minute:Metric=Requests",
        $"--ThotNet:Providers:{account}:Budgets:minute:Amount=1000",
        $"--ThotNet:Providers:{account}:Budgets:minute:Window=00:01:00",
        $"--ThotNet:Providers:{account}:Budgets:minute:Kind=Rolling",
    ];

    private static string VariableOf(string account) => $"KEY_OF_{account.Replace('-', '_')}";
}
