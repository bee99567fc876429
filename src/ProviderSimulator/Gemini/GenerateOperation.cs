using System.Text.Json;
using ThotNet.ProviderSimulator.Dialects;
using ThotNet.ProviderSimulator.Serving;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>How an answer comes.</summary>
internal enum StreamForm
{
    /// <summary>As one object.</summary>
    None,

    /// <summary>As events (<c>alt=sse</c>).</summary>
    Events,

    /// <summary>As an array that is sent element by element.</summary>
    Array,
}

/// <summary><c>generateContent</c> and <c>streamGenerateContent</c>.</summary>
internal sealed class GenerateOperation(NativeDialect dialect, string model, StreamForm form) : Operation
{
    public override Dialect Dialect => dialect;

    public override Order Take(Provider provider, JsonElement request, Receipt receipt)
    {
        if (!provider.Models.Contains(model))
            return Gone(provider, model);
        var problem = ShapeReader.Read(request, Shapes.Generate, out var read) ?? Rules.Check(read, ModelGenerations.Of(model));
        return problem is null
            ? Order.Of(new GenerateJob(GenerateCallReader.Read(read, model, form != StreamForm.None), form, receipt))
            : Bad(model, problem);
    }
}
