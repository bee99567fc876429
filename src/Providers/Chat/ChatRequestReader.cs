using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers.Requests;
using ThotNet.Providers.Tokens;
using ThotNet.Routing;
using ThotNet.Routing.Tokens;

namespace ThotNet.Providers.Chat;

/// <summary>Reads and validates a chat completion request in one pass over the bytes, without a document tree (wire.md 1.1).</summary>
public static class ChatRequestReader
{
    /// <summary>Most messages that a request may have; reading stops at the next one.</summary>
    public const int MaxMessages = 4096;

    /// <summary>Most content parts in all messages together.</summary>
    public const int MaxParts = 16_384;

    /// <summary>Deepest nesting of the body.</summary>
    public const int MaxDepth = BodyReader.MaxDepth;

    /// <summary>Most values and names in schemas, arguments, vendor extras and fields of messages together.</summary>
    public const int MaxValues = BodyReader.MaxValues;

    /// <summary>Most top-level fields.</summary>
    public const int MaxFields = BodyReader.MaxFields;

    /// <summary>Longest model name, in characters.</summary>
    public const int MaxModelLength = BodyReader.MaxModelLength;

    /// <summary>Most names in <c>models</c>.</summary>
    public const int MaxModels = 16;

    /// <summary>Most tools, and most tool calls in one message.</summary>
    public const int MaxTools = 128;

    /// <summary>Reads a request.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="request">The request, when there is no error.</param>
    /// <param name="caller">Id of the caller's key; empty when it is not known.</param>
    /// <param name="tokenizer">Counts the prompt; without one its size is reckoned by bytes.</param>
    /// <returns>Null, or the 400 that names the field at fault.</returns>
    public static ApiError? Read(ReadOnlyMemory<byte> body, out ChatRequest? request, string caller = "", PromptTokenizer? tokenizer = null)
    {
        var facts = new RequestFacts(body, tokenizer);
        request = BodyReader.Read(facts, FieldReader.Read) && CheckTogether(facts) ? Build(body, facts, caller) : null;
        return facts.Error;
    }

    /// <summary>Counts the prompt of a body that has been accepted.</summary>
    internal static PromptSize ReadPrompt(ReadOnlyMemory<byte> body, PromptTokenizer tokenizer)
    {
        var facts = new RequestFacts(body, tokenizer);
        BodyReader.Read(facts, FieldReader.Read);
        return facts.Prompt;
    }

    private static bool CheckTogether(RequestFacts facts)
    {
        if (facts.Model is null)
            return facts.Fail("'model' is required.", "model");
        if (!facts.Messages.Seen)
            return facts.Fail("'messages' is required.", "messages");
        if (facts.HasStreamOptions && !facts.Stream)
            return facts.Fail("'stream_options' is only allowed when 'stream' is true.", "stream_options");
        if (facts.TopLogProbs is not null && !facts.LogProbs)
            return facts.Fail("'top_logprobs' is only allowed when 'logprobs' is true.", "top_logprobs");
        return ToolChoiceReader.Check(facts);
    }

    private static ChatRequest Build(ReadOnlyMemory<byte> body, RequestFacts facts, string caller)
    {
        var needs = RequestNeeds.Of(facts);
        return new ChatRequest
        {
            Body = body,
            Model = facts.Model!,
            Models = facts.Models,
            Caller = caller,
            Stream = facts.Stream,
            IncludeUsage = facts.IncludeUsage,
            MaxOutputTokens = facts.MaxCompletionTokens ?? facts.MaxTokens,
            Choices = facts.Choices,
            Temperature = facts.Temperature,
            Needs = needs.Aggregate(Capabilities.None, (all, next) => all | next.Need),
            NeedParams = needs,
            Prompt = facts.Prompt,
        };
    }
}
