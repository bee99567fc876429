using ThotNet.Providers;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Replay;
using ThotNet.Silo.Streaming;

namespace ThotNet.Silo.Caching;

/// <summary>Sends a complete answer in the form that the caller asked for: as it is, or as a stream.</summary>
internal sealed class AnswerReplay(TimeProvider time)
{
    /// <summary>Sends it.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="request">What it asked for.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="pause">Pause between two events of a stream; zero sends all at once.</param>
    /// <returns>False, and nothing was sent, when it cannot be given as a stream.</returns>
    public async Task<bool> TrySendAsync(CallerConnection caller, ModelRequest request, ReadOnlyMemory<byte> answer, TimeSpan pause)
    {
        if (request is not ChatRequest { Stream: true } chat)
        {
            await caller.SendBodyAsync(answer, caller.Left);
            return true;
        }

        if (!AnswerSplitter.TryCreate(answer, chat.IncludeUsage, out var splitter))
        {
            return false;
        }

        while (pause > TimeSpan.Zero && splitter.WriteNext(caller.Pending))
        {
            await caller.SendPendingAsync(caller.Left);
            await Task.Delay(pause, time, caller.Left);
        }

        splitter.WriteRest(caller.Pending);
        await caller.SendPendingAsync(caller.Left);
        return true;
    }
}
