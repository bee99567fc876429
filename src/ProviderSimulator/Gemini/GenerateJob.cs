using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Dialects;
using ThotNet.ProviderSimulator.Serving;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>A native request with its answer.</summary>
internal sealed class GenerateJob : Job
{
    private const string LineEnd = "\r\n";

    private readonly GenerateCall _call;
    private readonly GenerateAnswer _answer;
    private readonly GenerateWriter _writer;
    private readonly StreamForm _form;

    public GenerateJob(GenerateCall call, StreamForm form, Receipt receipt)
    {
        (_call, _form, _answer) = (call, form, GenerateAnswer.Make(call));
        _writer = new GenerateWriter(call, _answer, receipt);
    }

    public override string Model => _call.Chat.Model;

    public override long PromptTokens => _call.Chat.PromptTokens;

    public override int CompletionBudget => _call.Chat.CompletionBudget;

    public override int CompletionTokens => _answer.Tokens;

    public override bool Stream => _form != StreamForm.None;

    public override string StreamType => _form == StreamForm.Events ? "text/event-stream" : "application/json";

    public override JsonObject Whole()
    {
        if (_answer.BlockReason is not null)
            return _writer.Blocked();
        var written = _answer.Tokens - _answer.Thoughts;
        return _writer.Response(_answer.Candidates.Select(Candidate), _writer.Usage(written, _answer.Thoughts));
    }

    public override IEnumerable<StreamEvent> Events()
    {
        var first = true;
        foreach (var (part, chunk) in new GenerateStream(_call, _answer, _writer).Chunks())
        {
            yield return new StreamEvent(part, Framed(chunk, first));
            first = false;
        }

        if (_form == StreamForm.Array)
            yield return new StreamEvent(StreamPart.Frame, "]" + LineEnd);
    }

    /// <summary>An event like any other, whose status stands beside the 200 of the response.</summary>
    public override StreamEvent StreamError(bool first)
    {
        var error = new JsonObject
        {
            ["code"] = 503,
            ["message"] = "The model is overloaded. Please try again later.",
            ["status"] = "UNAVAILABLE",
        };
        var text = Framed(new JsonObject { ["error"] = error }, first);
        return new StreamEvent(StreamPart.Frame, _form == StreamForm.Array ? text + "]" + LineEnd : text);
    }

    private JsonObject Candidate(Candidate candidate, int index)
    {
        if (candidate.Silent)
            return GenerateWriter.Candidate(index, null, candidate.FinishReason);
        var parts = new List<JsonObject>();
        if (_call.IncludeThoughts && _answer.Thoughts > 0 && index == 0)
            parts.Add(GenerateWriter.Thought());
        if (candidate.Pieces.Count > 0)
            parts.Add(GenerateWriter.Text(string.Concat(candidate.Pieces)));
        parts.AddRange(_writer.Calls(candidate));
        return _writer.WithLogprobs(GenerateWriter.Candidate(index, parts, candidate.FinishReason), candidate.Pieces);
    }

    private string Framed(JsonObject chunk, bool first)
    {
        var text = chunk.ToJsonString(Wire.Json);
        if (_form == StreamForm.Events)
            return $"data: {text}{LineEnd}{LineEnd}";
        return first ? "[" + text : "," + LineEnd + text;
    }
}
