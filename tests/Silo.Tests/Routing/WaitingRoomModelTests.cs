using CsCheck;
using ThotNet.Hosting.Configuration;
using ThotNet.Silo.Routing;

namespace ThotNet.Silo.Tests.Routing;

/// <summary>Random comings, goings, refusals and times: of each quota one at most has the turn, and everybody gets an answer.</summary>
public sealed class WaitingRoomModelTests
{
    private static readonly Gen<(int Kind, int A, int B)[]> Steps = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 99], Gen.Int[0, 99]).Array[1, 80];

    [Fact]
    public void Steps_Any_TurnsAreNeitherLostNorGivenTwice() => Steps.MustHold(
        steps =>
        {
            using var model = new Model();
            foreach (var step in steps)
            {
                model.Do(step);
            }

            model.Finish();
        },
        iter: 400);

    private sealed class Model : IDisposable
    {
        private readonly RoomBench _bench = new(most: 12);
        private readonly List<(WaitingPlace Place, int Quota)> _places = [];

        private List<(WaitingPlace Place, int Quota)> Trying => _places.FindAll(entry => entry.Place.Call is { IsCompletedSuccessfully: true, Result: not null });

        public void Do((int Kind, int A, int B) step)
        {
            switch (step.Kind)
            {
                case 0 or 1 when _bench.Room.Count < 12:
                    var quota = step.A % 2;
                    _places.Add((_bench.Join(quota, $"{step.B % 3}", (RequestPriority)(step.A % 3), 1 + (step.B % 9)), quota));
                    break;
                case 2 when Trying is [.. var trying] && trying.Count > 0:
                    _bench.Refuse(trying[step.A % trying.Count].Place, step.B % 12);
                    break;
                case 3 when Trying is [.. var trying] && trying.Count > 0:
                    _bench.Room.Leave(trying[step.A % trying.Count].Place, isServed: step.B % 2 == 0);
                    Forget(trying[step.A % trying.Count].Place);
                    break;
                case 4 when _places.Count > 0:
                    Abandon(_places[step.A % _places.Count].Place);
                    break;
                case 5:
                    _bench.Advance(step.A % 40 / 10.0);
                    break;
                case 6:
                    _bench.Room.Refresh($"q{step.A % 2}");
                    break;
            }

            Check();
        }

        /// <summary>Whoever has a turn is served; then all others have theirs or reach their deadline.</summary>
        public void Finish()
        {
            for (var round = 0; _places.Count > 0; round++)
            {
                Assert.True(round < 1000, "somebody waits for ever");
                foreach (var (place, _) in Trying)
                {
                    _bench.Room.Leave(place, isServed: true);
                    Forget(place);
                }

                _bench.Advance(0.5);
                Check();
            }

            Assert.Equal(0, _bench.Room.Count);
        }

        public void Dispose() => _bench.Dispose();

        private void Abandon(WaitingPlace place)
        {
            var tries = Trying.Exists(entry => entry.Place == place);
            _bench.Room.Abandon(place);
            Assert.Equal(!tries, place.Call.IsCanceled);
            if (tries)
            {
                // Its try ends with the caller.
                _bench.Room.Leave(place, isServed: false);
            }

            Forget(place);
        }

        private void Forget(WaitingPlace place) => _places.RemoveAll(entry => entry.Place == place);

        private void Check()
        {
            _places.RemoveAll(entry => entry.Place.Call is { IsCompletedSuccessfully: true, Result: null });
            Assert.Equal(_places.Count, _bench.Room.Count);
            Assert.All(Trying.CountBy(entry => entry.Quota), turns => Assert.Equal(1, turns.Value));

            // A quota at which nobody has the turn is one for which everybody waits until later, or behind one who does.
            foreach (var quota in new[] { 0, 1 }.Except(Trying.Select(entry => entry.Quota)))
            {
                var line = _places.FindAll(entry => entry.Quota == quota).ConvertAll(entry => entry.Place.Ticket!);
                Assert.True(line.Count == 0 || line.Exists(ticket => ticket.Choices[0].NotBefore > _bench.Room.Now), "a turn was lost");
            }
        }
    }
}
