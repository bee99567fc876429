using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Dialects;

namespace ThotNet.ProviderSimulator.Serving;

/// <summary>What is noted when a request comes.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Created">When it came, in Unix seconds.</param>
internal readonly record struct Receipt(long Number, long Created);

/// <summary>A valid request with its answer: what it costs and how it is written.</summary>
internal abstract class Job
{
    /// <summary>The model that serves it.</summary>
    public abstract string Model { get; }

    public abstract long PromptTokens { get; }

    /// <summary>Most tokens the answer may have.</summary>
    public virtual int CompletionBudget => 0;

    /// <summary>Tokens the answer has, of whatever kind.</summary>
    public virtual int CompletionTokens => 0;

    public long TotalTokens => PromptTokens + CompletionTokens;

    /// <summary>Whether the answer is a stream: then it has events, else a whole body.</summary>
    public virtual bool Stream => false;

    /// <summary>Content type of the stream.</summary>
    public virtual string StreamType => "text/event-stream";

    /// <summary>Headers of the successful answer alone.</summary>
    public virtual IEnumerable<KeyValuePair<string, string>> Headers => [];

    /// <summary>The answer as one object.</summary>
    public abstract JsonObject Whole();

    /// <summary>The answer as a stream, to its end.</summary>
    public virtual IEnumerable<StreamEvent> Events() => [];

    /// <summary>How the provider says that it failed, in the place of an event: of the first one or of a later one.</summary>
    public virtual StreamEvent StreamError(bool first) => throw new NotSupportedException("Only streams break off with an error.");
}
