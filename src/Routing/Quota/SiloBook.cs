namespace ThotNet.Routing.Quota;

/// <summary>The silos that ask about a quota.</summary>
internal sealed class SiloBook(QuotaState state)
{
    /// <summary>The record of a silo; made when it asks for the first time.</summary>
    public SiloRecord Of(string name)
    {
        foreach (var known in state.Silos)
        {
            if (known.Silo == name)
            {
                return known;
            }
        }

        var silo = new SiloRecord { Silo = name };
        state.Silos.Add(silo);
        return silo;
    }

    /// <summary>How many have asked lately.</summary>
    public int Live(DateTimeOffset now)
    {
        var live = 0;
        foreach (var silo in state.Silos)
        {
            live += silo.SeenAt + LeaseRules.SiloIsLive >= now ? 1 : 0;
        }

        return live;
    }

    /// <summary>Forgets those that have been silent for long and hold nothing.</summary>
    public void Forget(DateTimeOffset now)
    {
        for (var index = state.Silos.Count - 1; index >= 0; index--)
        {
            var silo = state.Silos[index];
            if (silo.SeenAt + LeaseRules.SiloIsForgotten < now && !HoldsAny(silo.Silo))
            {
                state.Silos.RemoveAt(index);
            }
        }
    }

    private bool HoldsAny(string silo)
    {
        foreach (var lease in state.Leases)
        {
            if (lease.Silo == silo)
            {
                return true;
            }
        }

        return false;
    }
}
