# The provider simulator, for trials and tests. Built from the repository's root: docker build -f deploy/simulator.Dockerfile .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# First only what restoring needs, so that a change of code does not restore again.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/ProviderSimulator/ThotNet.ProviderSimulator.csproj src/ProviderSimulator/
RUN dotnet restore src/ProviderSimulator/ThotNet.ProviderSimulator.csproj

COPY src/ProviderSimulator/ src/ProviderSimulator/
RUN dotnet publish src/ProviderSimulator/ThotNet.ProviderSimulator.csproj -c Release --no-restore -o /app -p:UseAppHost=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app ./
ENV ASPNETCORE_HTTP_PORTS= ASPNETCORE_URLS=http://+:8090
EXPOSE 8090
USER $APP_UID
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8090 && printf 'GET /control/state HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["dotnet", "ThotNet.ProviderSimulator.dll"]
