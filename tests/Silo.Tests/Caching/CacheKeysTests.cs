using System.Collections.Immutable;
using System.Text;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Routing;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

/// <summary>What makes two requests one, besides their bodies.</summary>
public sealed class CacheKeysTests
{
    private static readonly TargetDefinition A = Target("acme", "a");
    private static readonly TargetDefinition B = Target("acme", "b");
    private static readonly TargetDefinition C = Target("zeta", "a");

    [Fact]
    public void Of_ScopeKey_IsTheCallersAlone()
    {
        Assert.Equal(Of("alice", CacheScope.Key), Of("alice", CacheScope.Key));
        Assert.Equal(
            6,
            new[]
            {
                Of("alice", CacheScope.Key), Of("bob", CacheScope.Key), Of("Alice", CacheScope.Key), Of("alice ", CacheScope.Key), Of("", CacheScope.Key),
                Of("", CacheScope.Shared),
            }.Distinct().Count());
    }

    [Fact]
    public void Of_ScopeShared_IsEverybodys() => Assert.Equal(Of("alice", CacheScope.Shared), Of("bob", CacheScope.Shared));

    [Fact]
    public void Of_OrderWithinATier_DoesNotMatter() => Assert.Equal(Of([[A, B, C]]), Of([[C, B, A]]));

    [Fact]
    public void Of_OtherCandidates_AreOtherAnswers() => Assert.Equal(
        9,
        new[]
        {
            Of([[A]]), Of([[B]]), Of([[C]]), Of([[A, B]]), Of([[A], [B]]), Of([[B], [A]]), Of([[A, B], [C]]), Of([[A], [B, C]]), Of([[A], [B], [C]]),
        }.Distinct().Count());

    [Theory]
    [InlineData("auto", "other")]
    [InlineData("auto", "acme/a")]
    public void Of_NamesOfTheSameCandidates_AreOne(string one, string other) =>
        Assert.Equal(CacheKeys.Of(Chat("alice", one), [[A]], CacheScope.Key), CacheKeys.Of(Chat("alice", other), [[A]], CacheScope.Key));

    [Fact]
    public void Of_StreamOrNot_IsOneAnswer() => Assert.Equal(
        CacheKeys.Of(Chat("alice"), [[A]], CacheScope.Key),
        CacheKeys.Of(Chat("alice", more: ""","stream":true,"stream_options":{"include_usage":true}"""), [[A]], CacheScope.Key));

    [Fact]
    public void Of_OtherOperation_IsAnotherAnswer()
    {
        Assert.Null(EmbeddingsRequestReader.Read("""{"model":"auto","input":"hi"}"""u8.ToArray(), out var embeddings, "alice"));
        var key = CacheKeys.Of(embeddings!, [[A]], CacheScope.Key);

        Assert.NotNull(key);
        Assert.NotEqual(Of("alice", CacheScope.Key), key);
    }

    // The SHA-256 of the bytes that docs/caching.md tells of. A change of the form that forgets its version would find answers under the old form.
    [Fact]
    public void Of_KnownRequest_IsTheKnownKey() =>
        Assert.Equal("b59eaf4b9b7803bb91e7321b4ffba727ce68663d7a8611d77a83c13096884765", Of("alice", CacheScope.Key).ToString());

    private static CacheKey Of(string caller, CacheScope scope) => CacheKeys.Of(Chat(caller), [[A, B]], scope)!.Value;

    private static CacheKey Of(ImmutableArray<ImmutableArray<TargetDefinition>> tiers) => CacheKeys.Of(Chat("alice"), tiers, CacheScope.Key)!.Value;

    private static ChatRequest Chat(string caller, string model = "auto", string more = "")
    {
        var body = $$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}]{{more}}}""";
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request, caller));
        return request!;
    }

    private static TargetDefinition Target(string provider, string model) => new(provider, model, ["auto"], 1, "q", Capabilities.None, 100);
}
