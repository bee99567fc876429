# The gateway. Built from the repository's root: docker build -f deploy/gateway.Dockerfile .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# First only what restoring needs, so that a change of code does not restore again.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/Grains.Abstractions/ThotNet.Grains.Abstractions.csproj src/Grains.Abstractions/
COPY src/Hosting/ThotNet.Hosting.csproj src/Hosting/
COPY src/Gateway/ThotNet.Gateway.csproj src/Gateway/
RUN dotnet restore src/Gateway/ThotNet.Gateway.csproj

COPY src/Grains.Abstractions/ src/Grains.Abstractions/
COPY src/Hosting/ src/Hosting/
COPY src/Gateway/ src/Gateway/
RUN dotnet publish src/Gateway/ThotNet.Gateway.csproj -c Release --no-restore -o /app -p:UseAppHost=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app ./
# The base image names ports of its own; this program is told its whole address.
ENV ASPNETCORE_HTTP_PORTS= ASPNETCORE_URLS=http://+:8080
EXPOSE 8080
USER $APP_UID
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["dotnet", "ThotNet.Gateway.dll", "--healthcheck", "http://127.0.0.1:8080/healthz/ready"]
ENTRYPOINT ["dotnet", "ThotNet.Gateway.dll"]
