using ThotNet.Hosting.Configuration;
using ThotNet.Silo.Clustering;

namespace ThotNet.Silo.Flights;

/// <summary>Registers what equal requests share.</summary>
internal static class FlightExtensions
{
    /// <summary>Adds the flights of this silo.</summary>
    public static void AddFlights(this IServiceCollection services, ThotNetOptions options)
    {
        services.AddSingleton<FlightTable>();
        services.AddSingleton<IFlightSource>(provider => provider.GetRequiredService<FlightTable>());
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<FlightPlaces>(provider, OwnAddress.UrlOf(options.Cluster)));
        services.AddSingleton<FlightClient>();
        services.AddSingleton<FlightStore>();
        services.AddSingleton<FlightFeeder>();
        services.AddSingleton<FlightReader>();
    }
}
