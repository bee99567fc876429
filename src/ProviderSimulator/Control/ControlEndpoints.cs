using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Faults;

namespace ThotNet.ProviderSimulator.Control;

/// <summary>
/// <c>/control</c>: the judge's counts, faults, quotas. Unknown names in a body are refused, so that a misspelt fault does not pass for a
/// working one.
/// </summary>
public static class ControlEndpoints
{
    /// <summary>How the control API writes and reads JSON; clients in .NET may use the same.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        RespectRequiredConstructorParameters = true,
    };

    internal static void MapControl(this IEndpointRouteBuilder routes, SimulatorState state)
    {
        var control = routes.MapGroup("/control");
        control.MapGet("/state", context => Write(context, Report(state)));
        control.MapGet("/requests", context => Write(context, state.Requests(LastOf(context.Request))));
        control.MapGet("/presets", context => Write(context, FaultPresets.Names));
        control.MapGet("/faults", context => Write(context, state.ActiveFaults()));
        control.MapPost("/faults", context => Change<Fault>(context, state.AddFault));
        control.MapDelete("/faults", context => Done(context, state.ClearFaults));
        control.MapDelete("/faults/{id:int}", context => Remove(context, state));
        control.MapPost("/quotas", context => Change<Dictionary<string, Dictionary<string, SimulatedQuota>>>(
            context, quotas => Replace(state, quotas)));
        control.MapPost("/spend", context => Change<ForeignSpend>(context, spend => Spend(state, spend)));
        control.MapPost("/latency", context => Change<SimulatedLatency>(context, latency => state.Latency = latency));
        control.MapPost("/reset", context => Done(context, state.Reset));
    }

    private static StateReport Report(SimulatorState state) => new(
        state.InFlight,
        state.ClientDisconnects,
        state.WorstOverspend(QuotaMetric.Requests),
        state.WorstOverspend(QuotaMetric.Tokens),
        state.Quotas(),
        state.Counts());

    private static int LastOf(HttpRequest request) => int.TryParse(request.Query["last"], out var last) ? last : int.MaxValue;

    private static IReadOnlyList<QuotaState> Replace(SimulatorState state, Dictionary<string, Dictionary<string, SimulatedQuota>> quotas)
    {
        foreach (var (provider, definitions) in quotas)
            state.ReplaceQuotas(provider, definitions);
        return state.Quotas();
    }

    private static IReadOnlyList<QuotaState> Spend(SimulatorState state, ForeignSpend spend)
    {
        state.SpendByOthers(spend);
        return state.Quotas();
    }

    private static Task Remove(HttpContext context, SimulatorState state)
    {
        context.Response.StatusCode = state.RemoveFault(int.Parse((string)context.Request.RouteValues["id"]!, CultureInfo.InvariantCulture))
            ? StatusCodes.Status204NoContent
            : StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static Task Done(HttpContext context, Action action)
    {
        action();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static async Task Change<T>(HttpContext context, Func<T, object> change)
    {
        try
        {
            var wanted = await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Json, context.RequestAborted);
            await Write(context, wanted is null ? throw new ArgumentException("The body must not be null.") : change(wanted));
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await Write(context, new { Error = e.Message });
        }
    }

    private static Task Write<T>(HttpContext context, T value) =>
        context.Response.WriteAsJsonAsync<object?>(value, Json, context.RequestAborted);
}
