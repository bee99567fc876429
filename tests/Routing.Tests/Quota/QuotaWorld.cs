using System.Text.Json;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>
/// A cluster in miniature: silos that spend leases and report, messages that are lost, doubled and late, an authority that dies and comes
/// back elsewhere with another clock and whatever was stored, a store that fails or lies. Every request that left is written down with the
/// interval in which the provider may have received it; <see cref="AssertNoOverspend"/> tries every window against all of them.
/// </summary>
internal sealed class QuotaWorld
{
    private static readonly DateTimeOffset Start = new(2026, 7, 1, 11, 59, 20, TimeSpan.Zero);

    private readonly List<Silo> _silos = [];
    private readonly List<LeaseRequest> _late = [];
    private readonly List<Send> _sends = [];
    private string _stored = JsonSerializer.Serialize(new QuotaState());
    private QuotaDefinition _definition = null!;
    private QuotaLedger? _ledger;
    private QuotaState? _state;
    private TimeSpan _authorityAhead;
    private double _now;
    private int _authors;
    private int _incarnations;
    private int _writes;

    public QuotaWorld(params BudgetDefinition[] budgets)
    {
        Configure(budgets);
        for (var silo = 0; silo < 3; silo++)
        {
            _silos.Add(new($"silo-{_incarnations++}"));
        }
    }

    public int Sent => _sends.Count;

    /// <summary>Gives the quota other limits, as an authority that starts anew with other settings does.</summary>
    public void Configure(params BudgetDefinition[] budgets) => (_definition, _ledger) = (new("provider/test/default", [.. budgets]), null);

    /// <summary>Does one thing; <paramref name="kind"/> says what, the other numbers how.</summary>
    public void Step(int kind, int a, int b)
    {
        var silo = _silos[a % _silos.Count];
        switch (kind % 12)
        {
            case 0 or 1: Pass(b * b / 1_000_000.0); break;
            case 2 or 3 or 4: UseSome(1 + a % 4, tokens: 1 + b % 40, takes: a % 1000 / 100.0); break;
            case 5 or 6: Exchange(silo, wanted: 1 + b % 12, lost: a % 5); break;
            case 7: Finish(silo, b); break;
            case 8: CloseLeases(silo); break;
            case 9: Deliver(a); break;
            case 10: Crash(a % _silos.Count, rarely: b % 8 == 0); break;
            case 11: RestartAuthority(b, rarely: a % 4 == 0); break;
        }
    }

    public void Pass(double seconds)
    {
        _now += seconds;
        foreach (var silo in _silos)
        {
            foreach (var lease in silo.Leases)
            {
                lease.Closed |= _now >= lease.Expires;
            }
        }
    }

    /// <summary>Everybody finishes and reports; nothing is lost any more.</summary>
    public void Settle()
    {
        Pass(20);
        foreach (var silo in _silos)
        {
            CloseLeases(silo);
            Finish(silo, 0);
            Exchange(silo, 0, lost: 4);
            Exchange(silo, 0, lost: 4);
        }
    }

    public void AssertConsistent()
    {
        foreach (var budget in Authority().Snapshot(AuthorityNow).Budgets)
        {
            Assert.Equal(Math.Max(0, budget.Definition.Amount - budget.Used - budget.Outstanding), budget.Remaining);
        }
    }

    public void AssertAllIsBack()
    {
        Assert.All(Authority().Snapshot(AuthorityNow).Budgets, budget => Assert.Equal(budget.Definition.Amount, budget.Remaining));
        Assert.Empty(_state!.Leases);
    }

    /// <summary>
    /// No window of any budget may hold more than its amount, wherever in its interval each request arrived, and no leaky bucket may flow
    /// over, in whatever order requests arrived.
    /// </summary>
    public void AssertNoOverspend()
    {
        foreach (var definition in _definition.Budgets)
        {
            if (definition.Kind == BudgetKind.LeakyBucket)
            {
                AssertNoOverflowAnywhere(definition);
                AssertNoOverflowAtProvider(definition);
                continue;
            }

            foreach (var (from, to) in WindowsOf(definition))
            {
                var sum = _sends.Where(send => send.Sent <= to && send.Received >= from).Sum(send => send.Amounts.Of(definition.Metric));
                Assert.True(sum <= definition.Amount, $"{definition.Kind} {definition.Metric}: {sum} of {definition.Amount} in {from:f3} to {to:f3}");
            }
        }
    }

    // From any moment to any later one: what may have arrived between them is at most the amount and what drains meanwhile. Times are in
    // ticks; each is rounded once, hence two ticks of grace.
    private void AssertNoOverflowAnywhere(BudgetDefinition definition)
    {
        var sends = _sends.Select(send => (From: Ticks(send.Sent), To: Ticks(send.Received), Amount: send.Amounts.Of(definition.Metric)))
            .OrderByDescending(send => send.To)
            .ToArray();
        foreach (var (end, _, _) in sends)
        {
            var sum = 0L;
            foreach (var (_, to, amount) in sends.Where(send => send.From <= end))
            {
                sum += amount;
                var drains = (Int128)(Math.Max(0, end - to) + 2) * definition.Amount;
                Assert.True(
                    (Int128)(sum - definition.Amount) * definition.Window.Ticks <= drains, $"{definition.Metric}: {sum} of {definition.Amount} in {end - to} ticks");
            }
        }
    }

    // One provider that receives each request at some moment of its interval, reserves for it, and corrects that when the answer ends.
    private void AssertNoOverflowAtProvider(BudgetDefinition definition)
    {
        var bucket = new ProviderBucket(definition);
        foreach (var (at, send, isEnd) in _sends.SelectMany(EventsOf).OrderBy(entry => entry.At).ThenByDescending(entry => entry.IsEnd))
        {
            var reserved = send.Reserved.Of(definition.Metric);
            if (isEnd)
            {
                bucket.GiveBack(at, reserved - send.Amounts.Of(definition.Metric));
            }
            else
            {
                Assert.True(bucket.TryAdd(at, reserved), $"The provider's bucket of {definition.Amount} {definition.Metric} flows over at {at}.");
            }
        }
    }

    private static IEnumerable<(long At, Send Send, bool IsEnd)> EventsOf(Send send, int index)
    {
        var (sent, received) = (Ticks(send.Sent), Ticks(send.Received));
        yield return (sent + (received - sent) * (index * 7 % 5) / 4, send, false);
        if (send.Ended is { } ended)
        {
            yield return (Ticks(ended), send, true);
        }
    }

    private static long Ticks(double seconds) => TimeSpan.FromSeconds(seconds).Ticks;

    private DateTimeOffset AuthorityNow => Start + TimeSpan.FromSeconds(_now) + _authorityAhead;

    private IEnumerable<(double From, double To)> WindowsOf(BudgetDefinition definition)
    {
        if (definition.Kind == BudgetKind.Rolling)
        {
            return _sends.Select(send => (send.Sent - definition.Window.TotalSeconds, send.Sent));
        }

        var calendar = new CalendarBudget(definition);
        return _sends.SelectMany(send => new[] { send.Sent, send.Received })
            .Select(time => calendar.WindowAt(Start + TimeSpan.FromSeconds(time)))
            .Distinct()
            .Select(window => ((window.Start - Start).TotalSeconds, (window.End - Start).TotalSeconds - 1e-6));
    }

    private void UseSome(int count, long tokens, double takes)
    {
        for (; count > 0; count--)
        {
            _silos.ForEach(silo => Use(silo, tokens, takes));
        }
    }

    private void Use(Silo silo, long tokens, double takes)
    {
        var need = new QuotaAmounts(1, tokens);
        if (silo.Leases.Find(lease => !lease.Closed && lease.Fits(need)) is not { } lease)
        {
            return;
        }

        var send = new Send(_now, _now + Math.Min(takes, 10), need);
        lease.Used += need;
        lease.InFlight.Add(send);
        _sends.Add(send);
    }

    private void Finish(Silo silo, int least)
    {
        foreach (var lease in silo.Leases)
        {
            foreach (var send in lease.InFlight.Where(send => send.Received <= _now).ToList())
            {
                var actual = send.Amounts with { Tokens = Math.Max(1, send.Amounts.Tokens - least % 20) };
                lease.Used = lease.Used - send.Amounts + actual;
                send.Amounts = actual;
                send.Ended = _now;
                lease.LastReceived = Math.Max(lease.LastReceived, send.Received);
                lease.InFlight.Remove(send);
            }
        }
    }

    private static void CloseLeases(Silo silo) => silo.Leases.ForEach(lease => lease.Closed = true);

    private void Exchange(Silo silo, int wanted, int lost)
    {
        var (request, askedAt) = silo.Unanswered ?? (Ask(silo, wanted), _now);
        silo.Unanswered = (request, askedAt);
        _late.Add(request);
        if (lost == 0)
        {
            return;
        }

        var answer = Renew(request);
        if (lost == 1 || answer is null)
        {
            return;
        }

        if (lost == 2)
        {
            Renew(request);
        }

        silo.Unanswered = null;
        silo.Leases.RemoveAll(lease => lease.Settled && request.Reports.Any(report => report.LeaseId == lease.Id && report.Settled));
        if (answer.Lease is { } granted)
        {
            silo.Leases.Add(new(granted.Id, granted.Amounts, askedAt, _now + granted.Lifetime.TotalSeconds) { Closed = granted.Lifetime == TimeSpan.Zero });
        }
    }

    private LeaseRequest Ask(Silo silo, int wanted)
    {
        var reports = silo.Leases.Select(lease => lease.Report(_now)).ToArray();
        var most = new QuotaAmounts(wanted, wanted * 40);
        var least = wanted == 0 ? QuotaAmounts.Zero : new(1, 40);
        return new(silo.Name, ++silo.Sequence, most, least, [.. reports]);
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
        if (rarely)
        {
            _silos[which] = new($"silo-{_incarnations++}");
        }
    }

    private void RestartAuthority(int how, bool rarely)
    {
        if (!rarely)
        {
            return;
        }

        _ledger = null;
        _authors += how % 3;
        if (how % 3 > 0)
        {
            _authorityAhead = TimeSpan.FromMilliseconds(how % 2001 - 1000);
        }
    }

    private QuotaLedger Authority()
    {
        if (_ledger is null)
        {
            _state = JsonSerializer.Deserialize<QuotaState>(_stored)!;
            _ledger = new(_definition, _state, false, AuthorityNow);
            _ledger.TakeOver($"author-{_authors}");
        }

        return _ledger;
    }

    /// <summary>One turn of the authority; every 11th write fails, and every 13th is applied but reported as failed.</summary>
    private LeaseAnswer? Renew(LeaseRequest request)
    {
        var (answer, mustStore) = Authority().Renew(request, [], AuthorityNow);
        if (!mustStore)
        {
            return answer;
        }

        _writes++;
        if (_writes % 11 == 0)
        {
            _ledger = null;
            return null;
        }

        _stored = JsonSerializer.Serialize(_state);
        if (_writes % 13 == 0)
        {
            _ledger = null;
            return null;
        }

        return answer;
    }

    private sealed class Send(double sent, double received, QuotaAmounts amounts)
    {
        public double Sent => sent;

        public double Received => received;

        public QuotaAmounts Reserved { get; } = amounts;

        public QuotaAmounts Amounts { get; set; } = amounts;

        public double? Ended { get; set; }
    }

    private sealed class Silo(string name)
    {
        public string Name => name;

        public long Sequence { get; set; }

        public List<HeldLease> Leases { get; } = [];

        public (LeaseRequest Request, double AskedAt)? Unanswered { get; set; }
    }

    private sealed class HeldLease(long id, QuotaAmounts amounts, double askedAt, double expires)
    {
        public long Id => id;

        public double Expires => expires;

        public QuotaAmounts Used { get; set; }

        public double LastReceived { get; set; }

        public List<Send> InFlight { get; } = [];

        public bool Closed { get; set; }

        public bool Settled => Closed && InFlight.Count == 0;

        public bool Fits(QuotaAmounts need) =>
            Used.Requests + need.Requests <= amounts.Requests && Used.Tokens + need.Tokens <= amounts.Tokens;

        public LeaseReport Report(double now)
        {
            var last = InFlight.Exists(send => send.Received > now)
                ? now + LeaseRules.PendingAllowance.TotalSeconds
                : InFlight.Select(send => send.Received).Append(LastReceived).Append(askedAt).Max();
            return new(id, Used, TimeSpan.FromSeconds(last - askedAt), Closed, Settled);
        }
    }
}
