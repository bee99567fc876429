using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Dialects;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>
/// The chunks of a streamed answer with Google's quirks (wire.md 4.4): usage on every chunk, cumulative, but now and then without counts;
/// whole calls of functions; the reason to end in a later chunk with empty text.
/// </summary>
internal sealed class GenerateStream(GenerateCall call, GenerateAnswer answer, GenerateWriter writer)
{
    /// <summary>Every so many chunks of text has no counts.</summary>
    private const int CountlessEvery = 3;

    private int _written;
    private int _thought;
    private int _chunks;

    public IEnumerable<(StreamPart Part, JsonObject Chunk)> Chunks()
    {
        if (answer.BlockReason is not null)
            return [(StreamPart.Finish, writer.Blocked())];
        return Thoughts().Concat(Texts()).Concat(Calls()).Concat(Ends());
    }

    private IEnumerable<(StreamPart Part, JsonObject Chunk)> Thoughts()
    {
        _thought = answer.Thoughts;
        if (call.IncludeThoughts && answer.Thoughts > 0)
            yield return (StreamPart.Token, Chunk(GenerateWriter.Candidate(0, [GenerateWriter.Thought()])));
    }

    /// <summary>The texts of all candidates, a piece of each in turn.</summary>
    private IEnumerable<(StreamPart Part, JsonObject Chunk)> Texts()
    {
        var longest = answer.Candidates.Max(candidate => candidate.Pieces.Count);
        for (var i = 0; i < longest; i++)
        {
            for (var index = 0; index < answer.Candidates.Count; index++)
            {
                if (i >= answer.Candidates[index].Pieces.Count)
                    continue;
                var piece = answer.Candidates[index].Pieces[i];
                _written++;
                var candidate = writer.WithLogprobs(GenerateWriter.Candidate(index, [GenerateWriter.Text(piece)]), [piece]);
                yield return (StreamPart.Token, ++_chunks % CountlessEvery == 0 ? Countless(candidate) : Chunk(candidate));
            }
        }
    }

    /// <summary>The calls of a candidate all in one chunk, or each in its own, depending on the prompt.</summary>
    private IEnumerable<(StreamPart Part, JsonObject Chunk)> Calls()
    {
        for (var index = 0; index < answer.Candidates.Count; index++)
        {
            var candidate = answer.Candidates[index];
            if (candidate.ToolCalls.Count == 0)
                continue;
            _written += candidate.Tokens;
            foreach (var parts in writer.Calls(candidate).Chunk(call.Chat.Seed % 2 == 0 ? 1 : candidate.ToolCalls.Count))
                yield return (StreamPart.Token, Chunk(GenerateWriter.Candidate(index, parts)));
        }
    }

    private IEnumerable<(StreamPart Part, JsonObject Chunk)> Ends()
    {
        for (var index = 0; index < answer.Candidates.Count; index++)
        {
            var candidate = answer.Candidates[index];
            var hasText = !candidate.Silent && candidate.FinishReason is "STOP" or "MAX_TOKENS";
            var end = GenerateWriter.Candidate(index, hasText ? [writer.LastText()] : null, candidate.FinishReason);
            yield return (StreamPart.Finish, Chunk(end));
        }
    }

    private JsonObject Chunk(JsonObject candidate) => writer.Response([candidate], writer.Usage(_written, _thought));

    private JsonObject Countless(JsonObject candidate) => writer.Response([candidate], new JsonObject { ["trafficType"] = "ON_DEMAND" });
}
