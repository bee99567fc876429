using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>
/// A cluster in miniature: silos that spend leases and report, messages that are lost, doubled and late, an authority that dies and comes
/// back elsewhere with another clock and whatever was stored, a store that fails or lies. Every request that left is written down with the
/// interval in which the <see cref="WorldProvider"/> may have received it.
/// </summary>
internal sealed class QuotaWorld
{
    /// <summary>A silo that runs requests is heard at least this often, in seconds, where the authority counts what runs.</summary>
    private const double Heartbeat = 20;

    /// <summary>What was sent has been received after so many seconds, if its silo was halted before it sent.</summary>
    private const double LongestTravel = 5;

    private readonly List<WorldSilo> _silos = [];
    private readonly List<LeaseRequest> _late = [];
    private readonly List<QuotaDefinition> _limits = [];
    private readonly WorldStore _store;
    private readonly WorldAuthority _authority;
    private readonly WorldProvider _provider = new();
    private double _now;
    private int _incarnations;

    public QuotaWorld(params BudgetDefinition[] budgets)
        : this(new WorldStore(), budgets)
    {
    }

    public QuotaWorld(WorldStore store, params BudgetDefinition[] budgets)
    {
        _store = store;
        _authority = new(store);
        Configure(budgets);
        for (var silo = 0; silo < 3; silo++)
        {
            _silos.Add(NewSilo());
        }
    }

    public int Sent => _provider.Sent;

    /// <summary>The first silo never crashes, so that somebody knows what records that are lost have held.</summary>
    public bool KeepsFirst { get; init; }

    /// <summary>How often the authority lost what it knew.</summary>
    public int Losses { get; private set; }

    /// <summary>How many requests left after their silo had been halted, and how many did not because it was too late.</summary>
    public (int Sent, int Dropped) Halted { get; private set; }

    private QuotaDefinition Definition => _limits[^1];

    private DateTimeOffset AuthorityNow => _authority.TimeAt(_now);

    /// <summary>Gives the quota other limits, as an authority that starts anew with other settings does; all that was sent is judged by them.</summary>
    public void Configure(params BudgetDefinition[] budgets)
    {
        _limits.Clear();
        _limits.Add(Define(budgets));
        _authority.Die();
    }

    /// <summary>Puts other amounts in force while everything runs.</summary>
    public void Redefine(params BudgetDefinition[] budgets)
    {
        _limits.Add(Define(budgets));
        _authority.Redefine(_now, Definition);
    }

    /// <summary>Does one thing; <paramref name="kind"/> says what, the other numbers how.</summary>
    public void Step(int kind, int a, int b)
    {
        var silo = _silos[a % _silos.Count];
        switch (kind)
        {
            case 0 or 1: Pass(b * b / 1_000_000.0); break;
            case 2 or 3 or 4: UseSome(1 + a % 4, tokens: 1 + b % 40, takes: a % 1000 / 100.0); break;
            case 5 or 6: Exchange(silo, wanted: 1 + b % 12, lost: a % 5); break;
            case 7: silo.Finish(_now, b); break;
            case 8: silo.CloseLeases(); break;
            case 9: Deliver(a); break;
            case 10: Crash(a % _silos.Count, rarely: b % 8 == 0); break;
            case 11: RestartAuthority(b, rarely: a % 4 == 0); break;
        }
    }

    /// <summary>Every silo takes what it gets, uses it, and reports, so that long budgets are soon used up.</summary>
    public void Work(int wanted, long tokens)
    {
        Everybody(silo => Exchange(silo, wanted, lost: 4));
        UseSome(1, tokens, takes: 0.5);
        Pass(1);
        Everybody(silo => silo.Finish(_now, 0));
        Everybody(silo => silo.CloseLeases());
        Everybody(silo => Exchange(silo, 0, lost: 4));

        void Everybody(Action<WorldSilo> act) => _silos.ForEach(act);
    }

    /// <summary>A silo is halted in the last moment of a lease, sends late and slowly what is not too late, and crashes unheard; the others work.</summary>
    public void HaltInTheLastMoment(int which, double wait)
    {
        Exchange(_silos[which % _silos.Count], 2, lost: 4);
        Pass((QuotaLedger.LifetimeFor(Definition) * 0.999).TotalSeconds);
        HaltOrResume(which, 0);
        Pass(wait);
        Resume(_silos[which % _silos.Count], LongestTravel);
        Crash(which % _silos.Count, rarely: true);
        for (var times = 0; times < 4; times++)
        {
            Work(3, 1);
        }
    }

    /// <summary>Silos use leases in their last moment, all but the first crash unheard, and others work as soon as they can.</summary>
    public void SpendToTheLastAndCrash(int how, double wait, bool loses)
    {
        _silos.ForEach(silo => Exchange(silo, 2, lost: 4));
        LoseState(how, rarely: loses);
        Pass((QuotaLedger.LifetimeFor(Definition) * 0.999).TotalSeconds);
        UseSome(2, 1, LeaseRules.ReceiptMargin.TotalSeconds);
        Crash(1, rarely: true);
        Crash(2, rarely: true);
        Pass(wait);
        for (var times = 0; times < 4; times++)
        {
            Work(3, 1);
        }
    }

    /// <summary>Reserves and is halted, or goes on and sends what is not too late.</summary>
    public void HaltOrResume(int a, int b)
    {
        var silo = _silos[a % _silos.Count];
        if (silo.IsHalted)
        {
            Resume(silo, takes: b % 500 / 100.0);
            return;
        }

        var need = new QuotaAmounts(1, 1 + b % 40, Concurrent: 1);
        for (var count = 1 + b % 5; count > 0 && silo.Leases.Find(lease => lease.Fits(need)) is { } lease; count--)
        {
            lease.Used += need;
            lease.Pending.Add(need);
            silo.IsHalted = true;
        }
    }

    /// <summary>
    /// The store loses all or the latest. The first silo had a lease that is not known any more, and is heard before the others ask for more: within
    /// the pace all are.
    /// </summary>
    public void LoseState(int how, bool rarely)
    {
        var witness = _silos[0];
        if (!rarely || witness.LastLease == 0 || witness.IsHalted)
        {
            return;
        }

        var known = how % 2 == 0 ? 0 : _store.RollBack(witness.LastLease, how / 2);
        if (known is not { } lease)
        {
            return;
        }

        if (how % 2 == 0)
        {
            _store.Empty();
        }

        _authority.Die();
        _late.Clear();
        Losses++;
        _provider.Lost(lease, _now);
        for (var times = 0; times < 4; times++)
        {
            Exchange(witness, 0, lost: 4);
        }
    }

    /// <summary>The provider tells a silo what is left of one of the budgets.</summary>
    public void SayRemaining(int a, int b)
    {
        // Nothing else happens at that very moment: it would not be clear what the provider has seen of it.
        Pass(0.001);
        var budget = Definition.Budgets[b % Definition.Budgets.Length];
        _silos[a % _silos.Count].Evidence = (new(budget.Metric, budget.Window, budget.Amount, _provider.Remaining(budget, _now)), _now);
        Pass(0.001);
    }

    /// <summary>A silo tells what the provider said of the only budget, after it has told what it knows itself.</summary>
    public void TellRemaining(int a)
    {
        var silo = _silos[a % _silos.Count];
        var said = silo.Evidence;
        silo.Evidence = null;
        Exchange(silo, 0, lost: 4);
        if (said is { } evidence && _now - evidence.At <= WorldSilo.OldestEvidence)
        {
            silo.Evidence = said;
            _provider.Heard(Authority().Snapshot(AuthorityNow).Budgets[0], evidence.At, _now);
            Exchange(silo, 0, lost: 4);
        }
    }

    /// <summary>Somebody else uses some of what is left of the only budget.</summary>
    public void UseByOthers(int a) => _provider.UseByOthers(_now, Math.Min(1 + a % 5, _provider.Remaining(Definition.Budgets[0], _now)));

    public void Pass(double seconds)
    {
        _now += seconds;
        foreach (var silo in _silos)
        {
            foreach (var lease in silo.Leases)
            {
                lease.Closed |= _now >= lease.Expires;
            }

            for (var times = 0; times < 3 && Definition.Budgets.Any(IsHeld) && _now - silo.HeardAt > Heartbeat; times++)
            {
                Exchange(silo, 0, lost: 4);
            }
        }
    }

    /// <summary>Everybody finishes and reports; nothing is lost any more.</summary>
    public void Settle()
    {
        Pass(20);
        foreach (var silo in _silos)
        {
            Resume(silo, 0);
            for (var times = 0; times < 4; times++)
            {
                silo.CloseLeases();
                silo.Finish(_now, 0);
                Exchange(silo, 0, lost: 4);
            }
        }
    }

    /// <summary>What is used, what is held and what is left are the whole; or there is debt, and nothing is left.</summary>
    public void AssertConsistent()
    {
        foreach (var budget in Authority().Snapshot(AuthorityNow).Budgets)
        {
            Assert.Equal(Math.Max(0, (budget.ProviderLimit ?? budget.Definition.Amount) - budget.Used - budget.Outstanding), budget.Remaining);
            Assert.InRange(budget.Outstanding, 0, long.MaxValue);
        }
    }

    /// <summary>Nothing was taken for the use of others.</summary>
    public void AssertNoAlarm() =>
        Assert.All(Authority().Snapshot(AuthorityNow).Budgets, budget => Assert.Equal((0, null), (budget.UsedByOthers, budget.ProviderLimit)));

    public void AssertOthersAreRespected() => _provider.AssertOthersAreRespected(Definition.Budgets[0]);

    public void AssertAllIsBack()
    {
        Assert.All(Authority().Snapshot(AuthorityNow).Budgets, budget => Assert.Equal(budget.Definition.Amount, budget.Remaining));
        Assert.Empty(_authority.State!.Leases);
    }

    public void AssertNoOverspend() => _provider.AssertNoOverspend(_limits);

    private static QuotaDefinition Define(BudgetDefinition[] budgets) => new("provider/test/default", [.. budgets]) { SafeShare = 0.3 };

    private static bool IsHeld(BudgetDefinition budget) => budget.Metric == BudgetMetric.ConcurrentRequests;

    private WorldSilo NewSilo() => new($"silo-{_incarnations++}", Definition) { HeardAt = _now };

    private void UseSome(int count, long tokens, double takes)
    {
        for (; count > 0; count--)
        {
            _silos.ForEach(silo => Use(silo, tokens, takes));
        }
    }

    private void Use(WorldSilo silo, long tokens, double takes)
    {
        var need = new QuotaAmounts(1, tokens, Concurrent: 1);
        if (silo.IsHalted || silo.Leases.Find(lease => lease.Fits(need)) is not { } lease)
        {
            return;
        }

        lease.Used += need;
        Send(silo, lease, need, Math.Min(takes, LeaseRules.ReceiptMargin.TotalSeconds));
    }

    private void Send(WorldSilo silo, WorldLease lease, QuotaAmounts need, double takes)
    {
        var send = new WorldSend(silo, lease, _now, _now + takes, need);
        lease.InFlight.Add(send);
        _provider.Add(send);
    }

    private void Resume(WorldSilo silo, double takes)
    {
        silo.IsHalted = false;
        foreach (var lease in silo.Leases)
        {
            var maySend = lease.MaySend(_now);
            foreach (var need in lease.Pending)
            {
                if (maySend)
                {
                    Send(silo, lease, need, Math.Min(takes, LongestTravel));
                }
                else
                {
                    lease.Used -= need;
                }
            }

            Halted = maySend ? (Halted.Sent + lease.Pending.Count, Halted.Dropped) : (Halted.Sent, Halted.Dropped + lease.Pending.Count);
            lease.Pending.Clear();
        }
    }

    private void Exchange(WorldSilo silo, int wanted, int lost)
    {
        if (silo.IsHalted)
        {
            return;
        }

        var (request, askedAt) = silo.Unanswered ?? (silo.Ask(wanted, _now), _now);
        silo.Unanswered = (request, askedAt);
        _late.Add(request);
        if (lost == 0)
        {
            return;
        }

        request = request with { Evidence = silo.EvidenceAt(_now) };
        var answer = Renew(request);
        if (lost == 1 || answer is null)
        {
            return;
        }

        if (lost == 2)
        {
            Renew(request);
        }

        silo.Take(request, answer, _now);
        if (answer.Lease is { } granted)
        {
            silo.Open(granted, askedAt, _now, _limits.Count - 1, _authority.IsGrantedWhileLearning(granted.Id));
        }

        silo.CloseThrough(answer.RevokedThrough);
    }

    private void Deliver(int which)
    {
        if (_late.Count > 0)
        {
            Renew(_late[which % _late.Count]);
        }
    }

    private void Crash(int which, bool rarely)
    {
        if (rarely && !(KeepsFirst && which == 0))
        {
            _silos[which].DiedAt = _now;
            _silos[which] = NewSilo();
        }
    }

    private void RestartAuthority(int how, bool rarely)
    {
        if (rarely)
        {
            _authority.Restart(how);
        }
    }

    private QuotaLedger Authority() => _authority.LedgerAt(_now, Definition);

    private LeaseAnswer? Renew(LeaseRequest request) => _authority.Renew(request, _silos.ConvertAll(silo => silo.Name), _now, Definition);
}
