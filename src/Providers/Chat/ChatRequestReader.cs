using System.Text.Json;
using System.Text.Unicode;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Routing;

namespace ThotNet.Providers.Chat;

/// <summary>Reads and validates a chat completion request in one pass over the bytes, without a document tree (wire.md 1.1).</summary>
public static class ChatRequestReader
{
    /// <summary>Most messages that a request may have; reading stops at the next one.</summary>
    public const int MaxMessages = 4096;

    /// <summary>Most content parts in all messages together.</summary>
    public const int MaxParts = 16_384;

    /// <summary>Deepest nesting of the body.</summary>
    public const int MaxDepth = 64;

    /// <summary>Most values and names in schemas, arguments, vendor extras and fields of messages together.</summary>
    public const int MaxValues = 500_000;

    /// <summary>Most top-level fields.</summary>
    public const int MaxFields = 256;

    /// <summary>Longest model name, in characters.</summary>
    public const int MaxModelLength = 256;

    /// <summary>Most names in <c>models</c>.</summary>
    public const int MaxModels = 16;

    /// <summary>Most tools, and most tool calls in one message.</summary>
    public const int MaxTools = 128;

    /// <summary>Reads a request.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="request">The request, when there is no error.</param>
    /// <param name="caller">Id of the caller's key; empty when it is not known.</param>
    /// <returns>Null, or the 400 that names the field at fault.</returns>
    public static ApiError? Read(ReadOnlyMemory<byte> body, out ChatRequest? request, string caller = "")
    {
        var facts = new RequestFacts();
        request = ReadBody(body.Span, facts) && CheckTogether(facts) ? Build(body, facts, caller) : null;
        return facts.Error;
    }

    private static bool ReadBody(ReadOnlySpan<byte> body, RequestFacts facts)
    {
        if (body.Trim(" \t\r\n"u8).IsEmpty)
            return facts.Fail("The request body is empty; a JSON object was expected.");
        if (!Utf8.IsValid(body))
            return facts.Fail("The request body is not valid UTF-8.");
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            return ReadObject(ref reader, facts);
        }
        catch (JsonException e)
        {
            return facts.Fail(IsTooDeep(reader, body)
                ? $"The request body is nested more than {MaxDepth} levels deep."
                : $"The request body is not valid JSON, or ends too early: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            // The reader's only answer to an escaped half of a surrogate pair in a name or value that has to be compared.
            return facts.Fail("The request body holds an escape that is not valid Unicode.");
        }
    }

    // The reader stopped before a bracket that would have opened one level too many.
    private static bool IsTooDeep(in Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        var next = body[(int)reader.BytesConsumed..].TrimStart(" \t\r\n,:"u8);
        return reader.CurrentDepth >= MaxDepth - 1 && next is [(byte)'[' or (byte)'{', ..];
    }

    private static bool ReadObject(ref Utf8JsonReader reader, RequestFacts facts)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return facts.Fail("The request body must be a JSON object.");
        for (var fields = 1; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; fields++)
        {
            if (fields > MaxFields)
                return facts.Fail($"The request has more than {MaxFields} fields.");
            var field = RequestFields.Find(ref reader);
            reader.Read();
            if (!FieldReader.Read(ref reader, field, facts))
                return false;
        }

        // Throws when something follows the object.
        reader.Read();
        return true;
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
        if (facts.ChoiceNeedsTools && facts.Tools.Count == 0)
            return facts.Fail("'tool_choice' asks for a tool, but there are no 'tools'.", "tool_choice");
        return !facts.CallNeedsFunctions || facts.Functions.Count > 0
            || facts.Fail("'function_call' asks for a function, but there are no 'functions'.", "function_call");
    }

    private static ChatRequest Build(ReadOnlyMemory<byte> body, RequestFacts facts, string caller)
    {
        var needs = facts.Needs();
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
            Needs = needs.Aggregate(Capabilities.None, (all, next) => all | next.Need),
            NeedParams = needs,
            PromptTokenBound = facts.PromptTokenBound,
        };
    }
}
