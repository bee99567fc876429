namespace ThotNet.Routing.Tokens;

/// <summary>How large a prompt is as this process reckons, before the model that reads it has its say.</summary>
/// <param name="Text">Tokens of everything that is read as text, tool definitions and schemas included.</param>
/// <param name="Wrapping">Tokens around messages and inputs: roles and separators.</param>
/// <param name="Fixed">Tokens of images, audio and files, and token ids that the caller gave: no tokenizer changes them.</param>
/// <param name="IsCounted">A tokenizer counted the text. Otherwise its size is a rule of thumb from which nothing can be learned.</param>
public readonly record struct PromptSize(long Text, long Wrapping, long Fixed, bool IsCounted)
{
    /// <summary>All tokens together.</summary>
    public long Total => Text + Wrapping + Fixed;
}
