using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Quota;

/// <summary>Brings stored states of earlier versions up to date.</summary>
public static class QuotaStateMigration
{
    /// <summary>Makes a state one of <see cref="QuotaState.CurrentVersion"/>.</summary>
    /// <remarks>
    /// Version 1 counted requests and tokens alone: its leases may have spent all their tokens as input or as output, and each request may run.
    /// </remarks>
    /// <exception cref="NotSupportedException">The state was written by newer code, which may count what this code does not know.</exception>
    public static void ToCurrent(QuotaState state)
    {
        if (state.Version > QuotaState.CurrentVersion)
        {
            throw new NotSupportedException($"The state of a quota has version {state.Version}; this code reads up to {QuotaState.CurrentVersion}.");
        }

        if (state.Version < 2)
        {
            foreach (var lease in state.Leases)
            {
                (lease.Amounts, lease.Used) = (Widen(lease.Amounts), Widen(lease.Used));
            }
        }

        state.Version = QuotaState.CurrentVersion;
    }

    private static QuotaAmounts Widen(QuotaAmounts amounts) =>
        amounts with { InputTokens = amounts.Tokens, OutputTokens = amounts.Tokens, Concurrent = amounts.Requests };
}
