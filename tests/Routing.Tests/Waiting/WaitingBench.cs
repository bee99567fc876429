using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Waiting;

namespace ThotNet.Routing.Tests.Waiting;

/// <summary>A list of names, with times in seconds and requests that need one of everything.</summary>
internal sealed class WaitingBench
{
    public const int Normal = 0;
    public const int High = 1;

    public WaitingList<string> List { get; } = new();

    public WaitingTicket<string> Add(string name, string key = "a", int priority = Normal, double deadline = 10, double lastCall = 9, params WaitingChoice[] choices) =>
        List.Add(
            name,
            new(priority, key, TimeSpan.FromSeconds(deadline), TimeSpan.FromSeconds(lastCall)),
            choices is [] ? [Choice(0)] : choices);

    public static WaitingChoice Choice(int quota, double notBefore = 0, bool isPreferred = true, long requests = 1, double price = 0) =>
        new(quota, quota, new QuotaAmounts(requests, 0), price, isPreferred, TimeSpan.FromSeconds(notBefore));

    /// <summary>Who is next at the quota, or null.</summary>
    public string? Next(int quota = 0, double now = 0) => List.TryNext(quota, TimeSpan.FromSeconds(now), out var ticket, out _) ? ticket.Item : null;

    /// <summary>Serves all that are served at a quota, one after the other, and tells who they were.</summary>
    public string ServeAll(int quota = 0, double now = 0)
    {
        List<string> served = [];
        while (List.TryNext(quota, TimeSpan.FromSeconds(now), out var ticket, out _))
        {
            served.Add(ticket.Item);
            List.Remove(ticket, isServed: true);
        }

        return string.Join(' ', served);
    }

    /// <summary>Gives the next turn at a quota and refuses it.</summary>
    public WaitingTicket<string> Refuse(double until, int quota = 0, double now = 0)
    {
        Assert.True(List.TryNext(quota, TimeSpan.FromSeconds(now), out var ticket, out var choice));
        List.Refuse(ticket, choice, TimeSpan.FromSeconds(until));
        return ticket;
    }

    public bool MayPass(string key = "new", int priority = Normal, bool isPreferred = true, int quota = 0, double now = 0) =>
        List.MayPass(quota, priority, key, isPreferred, TimeSpan.FromSeconds(now));
}
