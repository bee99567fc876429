# The silo. Built from the repository's root: docker build -f deploy/silo.Dockerfile .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# First only what restoring needs, so that a change of code does not restore again.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/Grains.Abstractions/ThotNet.Grains.Abstractions.csproj src/Grains.Abstractions/
COPY src/Grains/ThotNet.Grains.csproj src/Grains/
COPY src/Hosting/ThotNet.Hosting.csproj src/Hosting/
COPY src/Providers/ThotNet.Providers.csproj src/Providers/
COPY src/Routing/ThotNet.Routing.csproj src/Routing/
COPY src/Silo/ThotNet.Silo.csproj src/Silo/
RUN dotnet restore src/Silo/ThotNet.Silo.csproj

COPY src/Grains.Abstractions/ src/Grains.Abstractions/
COPY src/Grains/ src/Grains/
COPY src/Hosting/ src/Hosting/
COPY src/Providers/ src/Providers/
COPY src/Routing/ src/Routing/
COPY src/Silo/ src/Silo/
RUN dotnet publish src/Silo/ThotNet.Silo.csproj -c Release --no-restore -o /app -p:UseAppHost=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app ./
# The base image names a port of its own; the silo's is ThotNet:Cluster:HttpPort.
ENV ASPNETCORE_HTTP_PORTS=
# HTTP for gateways; Orleans between silos; Orleans for clients. None of them is for the world.
EXPOSE 8081 11111 30000
USER $APP_UID
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD dotnet ThotNet.Silo.dll --healthcheck "http://127.0.0.1:${ThotNet__Cluster__HttpPort:-8081}/healthz/ready"
ENTRYPOINT ["dotnet", "ThotNet.Silo.dll"]
