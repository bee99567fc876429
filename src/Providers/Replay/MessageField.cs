using System.Collections.Immutable;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Replay;

/// <summary>What a message or delta holds besides its role and its tool calls, in the order in which answers have it.</summary>
internal enum MessageField
{
    Content,
    Refusal,
    FunctionCall,
    Reasoning,
    ReasoningContent,
    ReasoningDetails,
    Annotations,
    Images,
    Audio,
    ExtraContent,
}

/// <summary>Names and values of the fields.</summary>
internal static class MessageFieldExtensions
{
    /// <summary>Number of fields.</summary>
    public const int Count = (int)MessageField.ExtraContent + 1;

    /// <summary>What answers have after the tool calls.</summary>
    public static readonly ImmutableArray<MessageField> Extras =
    [
        MessageField.FunctionCall, MessageField.Reasoning, MessageField.ReasoningContent, MessageField.ReasoningDetails, MessageField.Annotations,
        MessageField.Images, MessageField.Audio, MessageField.ExtraContent,
    ];

    /// <summary>What streams have before the tool calls: models think before they answer.</summary>
    public static readonly ImmutableArray<MessageField> BeforeCalls =
        [MessageField.Reasoning, MessageField.ReasoningContent, MessageField.ReasoningDetails, MessageField.Content, MessageField.Refusal];

    /// <summary>What streams have after the tool calls.</summary>
    public static readonly ImmutableArray<MessageField> AfterCalls =
        [MessageField.FunctionCall, MessageField.Annotations, MessageField.Images, MessageField.Audio, MessageField.ExtraContent];

    /// <summary>The field's name.</summary>
    public static ReadOnlySpan<byte> Name(this MessageField field) => field switch
    {
        MessageField.Content => "content"u8,
        MessageField.Refusal => "refusal"u8,
        MessageField.FunctionCall => "function_call"u8,
        MessageField.Reasoning => "reasoning"u8,
        MessageField.ReasoningContent => "reasoning_content"u8,
        MessageField.ReasoningDetails => "reasoning_details"u8,
        MessageField.Annotations => "annotations"u8,
        MessageField.Images => "images"u8,
        MessageField.Audio => "audio"u8,
        _ => "extra_content"u8,
    };

    /// <summary>The field's value as it stands; empty where absent.</summary>
    public static ReadOnlySpan<byte> Of(this MessageField field, in MessageFields message) => field switch
    {
        MessageField.Content => message.Content,
        MessageField.Refusal => message.Refusal,
        MessageField.FunctionCall => message.FunctionCall,
        MessageField.Reasoning => message.Reasoning,
        MessageField.ReasoningContent => message.ReasoningContent,
        MessageField.ReasoningDetails => message.ReasoningDetails,
        MessageField.Annotations => message.Annotations,
        MessageField.Images => message.Images,
        MessageField.Audio => message.Audio,
        _ => message.ExtraContent,
    };
}
