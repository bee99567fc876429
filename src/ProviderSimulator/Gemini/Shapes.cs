namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>The messages of Google's API, with all fields that it knows (wire.md 4.1, 4.2).</summary>
internal static class Shapes
{
    private static readonly Shape Blob = new(Field.Text("mimeType"), Field.Text("data"));

    private static readonly Shape Nothing = new();

    private static readonly Shape FileData = new(Field.Text("mimeType"), Field.Text("fileUri"));

    private static readonly Shape FunctionCall = new(Field.Text("id"), Field.Text("name"), Field.Struct("args"));

    private static readonly Shape FunctionResponse = new(
        Field.Text("id"),
        Field.Text("name"),
        Field.Struct("response"),
        Field.Many("parts", () => FunctionResponsePart!));

    private static readonly Shape FunctionResponsePart = new(Field.One("inlineData", () => Blob), Field.One("fileData", () => FileData));

    private static readonly Shape ExecutableCode = new(Field.Text("language"), Field.Text("code"));

    private static readonly Shape CodeExecutionResult = new(Field.Text("outcome"), Field.Text("output"));

    private static readonly Shape VideoMetadata = new(Field.Text("startOffset"), Field.Text("endOffset"), Field.Number("fps"));

    private static readonly Shape Part = new(
        Field.Text("text"),
        Field.One("inlineData", () => Blob),
        Field.One("fileData", () => FileData),
        Field.One("functionCall", () => FunctionCall),
        Field.One("functionResponse", () => FunctionResponse),
        Field.One("executableCode", () => ExecutableCode),
        Field.One("codeExecutionResult", () => CodeExecutionResult),
        Field.Flag("thought"),
        Field.Text("thoughtSignature"),
        Field.One("videoMetadata", () => VideoMetadata),
        Field.Struct("partMetadata"));

    private static readonly Shape Content = new(Field.Text("role"), Field.Many("parts", () => Part));

    /// <summary>Google's own schema language, which is not JSON Schema.</summary>
    private static readonly Shape Schema = new(
        Field.Enum("type", "STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL") with { AnyCase = true },
        Field.Text("format"),
        Field.Text("title"),
        Field.Text("description"),
        Field.Flag("nullable"),
        Field.Texts("enum"),
        Field.One("items", () => Schema!),
        Field.Integer("minItems"),
        Field.Integer("maxItems"),
        Field.Map("properties", () => Schema!),
        Field.Texts("required"),
        Field.Integer("minProperties"),
        Field.Integer("maxProperties"),
        Field.Number("minimum"),
        Field.Number("maximum"),
        Field.Integer("minLength"),
        Field.Integer("maxLength"),
        Field.Text("pattern"),
        Field.Any("example"),
        Field.Many("anyOf", () => Schema!),
        Field.Texts("propertyOrdering"),
        Field.Any("default"));

    private static readonly Shape FunctionDeclaration = new(
        Field.Text("name"),
        Field.Text("description"),
        Field.One("parameters", () => Schema),
        Field.Any("parametersJsonSchema"),
        Field.One("response", () => Schema),
        Field.Any("responseJsonSchema"),
        Field.Enum("behavior", "UNSPECIFIED", "BLOCKING", "NON_BLOCKING"));

    private static readonly Shape Tool = new(
        Field.Many("functionDeclarations", () => FunctionDeclaration),
        Field.One("googleSearch", () => Nothing),
        Field.One("codeExecution", () => Nothing),
        Field.One("urlContext", () => Nothing),
        Field.Struct("fileSearch"),
        Field.Struct("googleMaps"),
        Field.Struct("computerUse"));

    private static readonly Shape FunctionCallingConfig = new(
        Field.Enum("mode", "AUTO", "ANY", "NONE", "VALIDATED"), Field.Texts("allowedFunctionNames"));

    private static readonly Shape ToolConfig = new(
        Field.One("functionCallingConfig", () => FunctionCallingConfig), Field.Struct("retrievalConfig"));

    private static readonly Shape SafetySetting = new(
        Field.Enum(
            "category",
            "HARM_CATEGORY_HARASSMENT",
            "HARM_CATEGORY_HATE_SPEECH",
            "HARM_CATEGORY_SEXUALLY_EXPLICIT",
            "HARM_CATEGORY_DANGEROUS_CONTENT",
            "HARM_CATEGORY_CIVIC_INTEGRITY"),
        Field.Enum("threshold", "BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_ONLY_HIGH", "BLOCK_NONE", "OFF"));

    private static readonly Shape ThinkingConfig = new(
        Field.Flag("includeThoughts"),
        Field.Integer("thinkingBudget"),
        Field.Enum("thinkingLevel", "MINIMAL", "LOW", "MEDIUM", "HIGH") with { AnyCase = true });

    private static readonly Shape GenerationConfig = new(
        Field.Integer("candidateCount"),
        Field.Texts("stopSequences"),
        Field.Integer("maxOutputTokens"),
        Field.Number("temperature"),
        Field.Number("topP"),
        Field.Integer("topK"),
        Field.Integer("seed"),
        Field.Number("presencePenalty"),
        Field.Number("frequencyPenalty"),
        Field.Flag("responseLogprobs"),
        Field.Integer("logprobs"),
        Field.Text("responseMimeType"),
        Field.One("responseSchema", () => Schema),
        Field.Any("responseJsonSchema"),
        Field.Texts("responseModalities"),
        Field.Struct("speechConfig"),
        Field.Struct("imageConfig"),
        Field.Text("mediaResolution"),
        Field.One("thinkingConfig", () => ThinkingConfig));

    private static readonly Field[] GenerateFields =
    [
        Field.Many("contents", () => Content),
        Field.One("systemInstruction", () => Content),
        Field.Many("tools", () => Tool),
        Field.One("toolConfig", () => ToolConfig),
        Field.Many("safetySettings", () => SafetySetting),
        Field.One("generationConfig", () => GenerationConfig),
        Field.Text("cachedContent"),
        Field.Text("serviceTier"),
    ];

    /// <summary><c>generateContent</c>. The model is in the path alone (wire.md rule 34).</summary>
    public static Shape Generate { get; } = new(GenerateFields);

    /// <summary><c>embedContent</c>, and each item of a batch.</summary>
    public static Shape Embed { get; } = new(
        Field.Text("model"),
        Field.One("content", () => Content),
        Field.Enum(
            "taskType",
            "RETRIEVAL_QUERY",
            "RETRIEVAL_DOCUMENT",
            "SEMANTIC_SIMILARITY",
            "CLASSIFICATION",
            "CLUSTERING",
            "QUESTION_ANSWERING",
            "FACT_VERIFICATION",
            "CODE_RETRIEVAL_QUERY"),
        Field.Text("title"),
        Field.Integer("outputDimensionality"));

    /// <summary><c>batchEmbedContents</c>.</summary>
    public static Shape BatchEmbed { get; } = new(Field.Many("requests", () => Embed));

    private static readonly Shape CountedGenerate = new([Field.Text("model"), .. GenerateFields]);

    /// <summary><c>countTokens</c>.</summary>
    public static Shape CountTokens { get; } = new(
        Field.Many("contents", () => Content), Field.One("generateContentRequest", () => CountedGenerate));
}
