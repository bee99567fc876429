using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Routing;
using ThotNet.Silo.Pipeline;

namespace ThotNet.Silo.Tests.Pipeline;

public sealed class CandidateFinderTests
{
    private static readonly TargetDefinition Able = Target("able", "big", Capabilities.Tools | Capabilities.Images);
    private static readonly TargetDefinition Plain = Target("plain", "small", Capabilities.None);
    private static readonly TargetDefinition Spare = Target("plain", "spare", Capabilities.None);
    private static readonly TargetDefinition Vectors = Target("able", "vectors", Capabilities.Embeddings);

    private readonly CandidateFinder _finder = new(new Catalog([Vectors, Able, Plain, Spare], []));

    [Fact]
    public void Find_Auto_OffersTheFirstTargetOfEachProvider()
    {
        Assert.Null(_finder.Find(Request("auto"), out var tiers));
        Assert.Equal([Able, Plain], Assert.Single(tiers));
    }

    [Theory]
    [InlineData("shared", 2)]
    [InlineData("plain/spare", 1)]
    [InlineData("spare", 1)]
    public void Find_AliasPinOrUpstreamId_OffersThoseTargets(string model, int count)
    {
        Assert.Null(_finder.Find(Request(model), out var tiers));
        Assert.Equal(count, Assert.Single(tiers).Length);
    }

    [Fact]
    public void Find_UnknownModel_Is404ThatNamesIt()
    {
        var error = _finder.Find(Request("nope"), out _);

        Assert.Equal((404, "model_not_found", "model"), (error!.Status, error.Code, error.Param));
        Assert.Contains("nope", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NeedThatOneCannotMeet_LeavesItOut()
    {
        Assert.Null(_finder.Find(Request("auto", Capabilities.Tools), out var tiers));
        Assert.Equal([Able], Assert.Single(tiers));
    }

    [Fact]
    public void Find_NeedThatNoneCanMeet_Is400ThatNamesTheField()
    {
        var error = _finder.Find(Request("plain/small", Capabilities.Tools), out _);

        Assert.Equal((400, "tools"), (error!.Status, error.Param));
    }

    [Fact]
    public void Find_NeedsThatNoneMeetsTogether_NamesWhatTheClosestLacks()
    {
        var request = new ChatRequest
        {
            Body = default,
            Model = "auto",
            Needs = Capabilities.Images | Capabilities.RemoteImages | Capabilities.Tools,
            NeedParams =
            [
                (Capabilities.Tools, "tools"), (Capabilities.Images, "messages[0].content[1].image_url"),
                (Capabilities.RemoteImages, "messages[0].content[1].image_url.url"),
            ],
        };

        var error = _finder.Find(request, out _);

        Assert.Equal((400, "messages[0].content[1].image_url.url"), (error!.Status, error.Param));
        Assert.Contains("data URL", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NeedsMetByDifferentTargets_NamesOneThatTheClosestLacks()
    {
        var finder = new CandidateFinder(new Catalog(
            [Target("a", "x", Capabilities.Tools | Capabilities.JsonSchema), Target("b", "y", Capabilities.Images)], []));
        var request = new ChatRequest
        {
            Body = default,
            Model = "auto",
            Needs = Capabilities.Tools | Capabilities.JsonSchema | Capabilities.Images,
            NeedParams = [(Capabilities.Tools, "tools"), (Capabilities.JsonSchema, "response_format"), (Capabilities.Images, "messages[0].content[0].image_url")],
        };

        Assert.Equal("messages[0].content[0].image_url", finder.Find(request, out _)!.Param);
    }

    [Fact]
    public void Find_RecursiveSchema_SaysSo() => Assert.Contains(
        "refers to itself", _finder.Find(Request("auto", Capabilities.RecursiveSchemas), out _)!.Message, StringComparison.Ordinal);

    [Fact]
    public void Find_CallersOwnOrder_IsOneTierForEachModel()
    {
        var request = new ChatRequest { Body = default, Model = "small", Models = ["small", "big"] };

        Assert.Null(_finder.Find(request, out var tiers));
        Assert.Equal([Plain, Able], tiers.Select(tier => Assert.Single(tier)));
    }

    [Fact]
    public void Find_Embeddings_GoOnlyToModelsForThem()
    {
        Assert.Null(_finder.Find(Embeddings("shared"), out var tiers));
        Assert.Equal([Vectors], Assert.Single(tiers));

        Assert.Null(_finder.Find(Request("shared"), out tiers));
        Assert.Equal([Able, Plain], Assert.Single(tiers));
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("able/big")]
    public void Find_EmbeddingsFromAModelThatChats_Is400ThatNamesTheModel(string model)
    {
        var error = _finder.Find(Embeddings(model), out _);

        Assert.Equal((400, "model", "unsupported_model"), (error!.Status, error.Param, error.Code));
    }

    [Fact]
    public void Find_ChatWithAModelForEmbeddings_Is400ThatNamesTheModel()
    {
        var error = _finder.Find(Request("able/vectors"), out _);

        Assert.Equal((400, "model", "unsupported_model"), (error!.Status, error.Param, error.Code));
    }

    [Fact]
    public void Find_Audience_LeavesOutProvidersThatItDoesNotHave()
    {
        var request = Request("auto");
        request.Audience = new("mobile", ["plain", "nobody"], "User-Agent");

        Assert.Null(_finder.Find(request, out var tiers));
        Assert.Equal([Plain], Assert.Single(tiers));
    }

    [Theory]
    [InlineData("able/big")]
    [InlineData("big")]
    public void Find_ModelThatTheAudienceDoesNotHave_Is400ThatNamesBoth(string model)
    {
        var request = Request(model);
        request.Audience = new("mobile", ["plain", "nobody"], "Sec-CH-UA-Mobile");
        var error = _finder.Find(request, out var tiers);

        Assert.Equal((400, "model", "unsupported_model"), (error!.Status, error.Param, error.Code));
        Assert.Equal(
            $"'model' and the header Sec-CH-UA-Mobile contradict each other: the model '{model}' is served by able, but the audience 'mobile' has only plain, nobody.",
            error.Message);
        Assert.Empty(tiers);
    }

    [Fact]
    public void Find_NeedThatOnlyAnotherAudienceMeets_NamesTheField()
    {
        var request = Request("shared", Capabilities.Tools);
        request.Audience = new("mobile", ["plain"], "User-Agent");

        Assert.Equal((400, "tools", "unsupported_parameter"), Words(_finder.Find(request, out _)));
    }

    [Fact]
    public void Find_CallersOwnOrder_SkipsWhatTheAudienceDoesNotHave()
    {
        var request = new ChatRequest { Body = default, Model = "able/big", Models = ["plain/small"], Audience = new("mobile", ["plain"], "User-Agent") };

        Assert.Null(_finder.Find(request, out var tiers));
        Assert.Equal([Plain], Assert.Single(tiers));

        request.Audience = new("vectors", ["nobody"], "x-thotnet-audience");
        Assert.Equal((400, "models", "unsupported_model"), Words(_finder.Find(request, out _)));
    }

    [Fact]
    public void Find_ModelForEmbeddingsOrUnknown_IsSaidBeforeTheAudience()
    {
        var chat = Request("able/vectors");
        chat.Audience = new("mobile", ["plain"], "User-Agent");
        Assert.Equal("The model 'able/vectors' does not serve chat.", _finder.Find(chat, out _)!.Message);

        var unknown = Request("nope");
        unknown.Audience = chat.Audience;
        Assert.Equal(404, _finder.Find(unknown, out _)!.Status);
    }

    private static (int Status, string? Param, string? Code) Words(ApiError? error) => (error!.Status, error.Param, error.Code);

    private static EmbeddingsRequest Embeddings(string model) =>
        new() { Body = default, Model = model, Inputs = [], Needs = Capabilities.Embeddings, NeedParams = [(Capabilities.Embeddings, "model")] };

    private static ChatRequest Request(string model, Capabilities needs = Capabilities.None) =>
        new() { Body = default, Model = model, Needs = needs, NeedParams = needs == Capabilities.None ? [] : [(needs, "tools")] };

    private static TargetDefinition Target(string provider, string model, Capabilities capabilities) =>
        new(provider, model, model == "spare" ? [] : ["shared"], 1, $"provider/{provider}/default", capabilities, 100);
}
