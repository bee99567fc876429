using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;

namespace ThotNet.Grains.Quota;

internal static class Shim
{
    public static void Redefine(this QuotaLedger ledger, QuotaDefinition definition, DateTimeOffset now)
    {
    }

    public static LedgerAnswer Renew(this QuotaLedger ledger, LeaseRequest request, DateTimeOffset now, ImmutableArray<string> live) => ledger.Renew(request, now);
}
