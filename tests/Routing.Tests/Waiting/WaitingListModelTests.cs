using CsCheck;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Waiting;

namespace ThotNet.Routing.Tests.Waiting;

/// <summary>Random comings, goings, refusals and turns: nobody is forgotten, and no turn is given twice.</summary>
public sealed class WaitingListModelTests
{
    private const int Quotas = 3;

    private static readonly Gen<(int Kind, int A, int B, int C)[]> Steps = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 99], Gen.Int[0, 99], Gen.Int[0, 99]).Array[1, 60];

    [Fact]
    public void Steps_Any_NobodyIsForgottenAndNoTurnIsGivenTwice() => Steps.MustHold(
        steps =>
        {
            var model = new Model();
            foreach (var step in steps)
            {
                model.Do(step);
            }

            model.Drain();
        },
        iter: 1500);

    private sealed class Model
    {
        private readonly WaitingList<int> _list = new();
        private readonly List<WaitingTicket<int>> _waiting = [];
        private readonly List<(WaitingTicket<int> Ticket, int Choice)> _trying = [];
        private TimeSpan _now;
        private int _number;

        public void Do((int Kind, int A, int B, int C) step)
        {
            switch (step.Kind)
            {
                case 0 or 1:
                    Add(step.A, step.B, step.C);
                    break;
                case 2:
                    Turn(step.A % Quotas);
                    break;
                case 3 when _trying.Count > 0:
                    End(step.A % _trying.Count, isGranted: step.B < 30, step.C);
                    break;
                case 4 when _waiting.Count > 0:
                    Leave(_waiting[step.A % _waiting.Count]);
                    break;
                case 5:
                    _now += TimeSpan.FromSeconds(step.A % 3);
                    _list.Refresh(step.B % Quotas, _now);
                    break;
            }

            Check();
        }

        /// <summary>With time and room for all, all who are not too late are served.</summary>
        public void Drain()
        {
            while (_trying.Count > 0)
            {
                End(0, isGranted: true, 0);
            }

            while (_list.NextAt(_now) is { } next)
            {
                _now = next;

                // Who is served at one quota may have kept others from another.
                while (Enumerable.Range(0, Quotas).Any(Turn))
                {
                    End(0, isGranted: true, 0);
                }

                AssertNobodyForgotten();
            }

            Assert.All(_waiting, ticket => Assert.True(ticket.Terms.Deadline <= _now));
        }

        // A preferred target is of use to somebody who has no turn: then somebody in front waits for it.
        private void AssertNobodyForgotten()
        {
            foreach (var ticket in _waiting.Where(ticket => ticket.Terms.Deadline >= _now))
            {
                foreach (var choice in ticket.Choices.ToArray().Where(choice => choice.IsPreferred && choice.NotBefore <= _now))
                {
                    Assert.Contains(
                        _list.Tickets.TakeWhile(other => other != ticket).SelectMany(other => other.Choices.ToArray().Select(wish => (other, wish))),
                        pair => pair.wish.Quota == choice.Quota && pair.wish.NotBefore > _now && pair.wish.NotBefore <= pair.other.Terms.Deadline);
                }
            }
        }

        private void Add(int a, int b, int c)
        {
            var deadline = _now + TimeSpan.FromSeconds(1 + (b % 10));
            WaitingChoice[] choices =
            [
                .. Enumerable.Range(0, 1 + (c % Quotas)).Select(index => new WaitingChoice(
                    index, (a + index) % Quotas, new QuotaAmounts(1, 0), Price: (a + b + index) % 3, IsPreferred: index == 0 || c % 2 == 0, _now + TimeSpan.FromSeconds((b + index) % 4))),
            ];
            _waiting.Add(_list.Add(_number++, new(a % 2, $"{c % 4}", deadline, deadline - TimeSpan.FromSeconds(1)), choices));
        }

        private bool Turn(int quota)
        {
            if (!_list.TryNext(quota, _now, out var ticket, out var choice))
            {
                return false;
            }

            Assert.DoesNotContain(_trying, trying => trying.Ticket == ticket);
            Assert.Contains(ticket, _waiting);
            Assert.Equal(quota, ticket.Choices[choice].Quota);
            Assert.True(ticket.Choices[choice].NotBefore <= _now && ticket.Terms.Deadline >= _now);
            AssertFirst(ticket, choice);
            _trying.Add((ticket, choice));
            return true;
        }

        // Nobody in front stands in line for the same: not one that prefers it, and none at all of its own key.
        private void AssertFirst(WaitingTicket<int> ticket, int choice)
        {
            var (quota, isPreferred) = (ticket.Choices[choice].Quota, ticket.Choices[choice].IsPreferred);
            foreach (var other in isPreferred ? _list.Tickets.TakeWhile(other => other != ticket) : _list.Tickets)
            {
                if (other != ticket && !other.IsTrying && other.Terms.Deadline >= _now)
                {
                    Assert.DoesNotContain(
                        other.Choices.ToArray(), wish => wish.Quota == quota && wish.IsPreferred && wish.NotBefore <= other.Terms.Deadline);
                }
            }
        }

        private void End(int index, bool isGranted, int wait)
        {
            var (ticket, choice) = _trying[index];
            if (isGranted)
            {
                Leave(ticket, isServed: true);
            }
            else
            {
                _trying.RemoveAt(index);
                _list.Refuse(ticket, choice, _now + TimeSpan.FromSeconds(1 + (wait % 6)));
            }
        }

        private void Leave(WaitingTicket<int> ticket, bool isServed = false)
        {
            _trying.RemoveAll(trying => trying.Ticket == ticket);
            _waiting.Remove(ticket);
            _list.Remove(ticket, isServed);
        }

        private void Check()
        {
            Assert.Equal(_waiting.Count, _list.Count);
            Assert.Equal(_waiting.Select(ticket => ticket.Item).Order(), _list.Tickets.Select(ticket => ticket.Item).Order());
            Assert.Equal(_trying.Select(trying => trying.Ticket.Item).Order(), _list.Tickets.Where(ticket => ticket.IsTrying).Select(ticket => ticket.Item).Order());

            // Of one priority and key the order is that of arrival.
            Assert.All(
                _list.Tickets.GroupBy(ticket => (ticket.Terms.Priority, ticket.Terms.Key)),
                line => Assert.Equal(line.Select(ticket => ticket.Item).Order(), line.Select(ticket => ticket.Item)));
        }
    }
}
