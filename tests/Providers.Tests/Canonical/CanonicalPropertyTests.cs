using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using ThotNet.Providers.Canonical;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using static ThotNet.Providers.Tests.Canonical.CanonicalForm;

namespace ThotNet.Providers.Tests.Canonical;

/// <summary>The form is the same for whatever means the same, and for nothing else.</summary>
public sealed class CanonicalPropertyTests
{
    // What changes no answer: left out, a default of every provider, or null.
    private static readonly string[] Noise =
    [
        "\"user\":\"u\"", "\"metadata\":{\"b\":1,\"a\":2}", "\"store\":true", "\"service_tier\":\"flex\"", "\"prompt_cache_key\":\"k\"",
        "\"prompt_cache_retention\":\"24h\"", "\"safety_identifier\":\"s\"", "\"models\":[\"b\",\"a\"]", "\"stream\":true",
        "\"n\":1", "\"logprobs\":false", "\"logit_bias\":{}", "\"parallel_tool_calls\":true", "\"tool_choice\":\"auto\"", "\"functions\":[]",
        "\"seed\":null", "\"stop\":null", "\"top_p\":null", "\"reasoning_effort\":null", "\"modalities\":null",
    ];

    private static readonly Gen<Request> Requests = Gen.Select(Tree.Texts, Tree.Any(3), Tree.Objects(2), Tree.Objects(2), Gen.Int[0, 20], Gen.Int[1, 99])
        .Select((content, extra, parameters, schema, temperature, limit) => new Request(content, extra, parameters, schema, new Tree.Number(temperature, -1), limit));

    private static readonly Gen<int> Seeds = Gen.Int[0, 1_000_000];

    private const string Good = """
        {"model":"auto","stream":true,"n":1,"stop":["a"],"temperature":5.0e-1,"messages":[{"role":"developer","name":"x","content":"a\u00e9\n\ud83d\ude00"},
         {"role":"user","content":[{"type":"text","text":"b"},{"type":"image_url","image_url":{"url":"https:\/\/x"}}]}],"max_tokens":5,"x":{"b":[1.50,{}],"a":-0},
         "tools":[{"type":"function","function":{"name":"f","parameters":{"properties":{"b":{},"a":{}}}}}],"tool_choice":"auto","response_format":{"type":"text"}}
        """;

    private const string GoodEmbeddings = """
        {"model":"auto","input":["a\u00e9\ud83d\ude00","b"],"encoding_format":"base64","dimensions":8,"user":"u","more":[{"x":1e2}],"input":[[1,2]]}
        """;

    [Fact]
    public void TryWrite_SameRequestWrittenOtherwise_SameForm() => Gen.Select(Requests, Seeds, Seeds).MustHold(
        (request, one, other) => Assert.Equal(OfChat(request.Write(new Random(one))), OfChat(request.Write(new Random(other)))),
        iter: 1_500);

    [Fact]
    public void TryWrite_OneThingChanged_OtherForm()
    {
        var changed = 0;
        Gen.Select(Requests, Seeds).MustHold(
            (request, seed) =>
            {
                var other = request.Change(new Random(seed));
                var isSame = request.Meaning == other.Meaning;
                Assert.Equal(isSame, OfChat(request.Write(new Random(seed))) == OfChat(other.Write(new Random(seed + 1))));
                if (!isSame)
                    Interlocked.Increment(ref changed);
            },
            iter: 3_000);
        Assert.InRange(changed, 2_000, int.MaxValue);
    }

    [Fact]
    public void TryWrite_Form_IsItsOwnForm() => Gen.Select(Requests, Seeds).MustHold(
        (request, seed) =>
        {
            var form = OfChat(request.Write(new Random(seed)))!;
            Assert.Equal(form, OfChat($"{{\"model\":\"m\",{form[1..]}"));
        },
        iter: 1_000);

    [Fact]
    public void TryWrite_RequestsChangedAtWill_HaveAFormThatIsJson() => Changed.Bytes(Good).MustHold(
        bytes =>
        {
            if (ChatRequestReader.Read(bytes, out var request) is null)
                AssertJsonOrNothing(request!);
        },
        iter: 5_000);

    [Fact]
    public void TryWrite_EmbeddingsChangedAtWill_HaveAFormThatIsJson() => Changed.Bytes(GoodEmbeddings).MustHold(
        bytes =>
        {
            if (EmbeddingsRequestReader.Read(bytes, out var request) is null)
                AssertJsonOrNothing(request!);
        },
        iter: 5_000);

    private static void AssertJsonOrNothing(ModelRequest request)
    {
        var output = new ArrayBufferWriter<byte>();
        if (!CanonicalRequest.TryWrite(request, output))
        {
            Assert.Equal(0, output.WrittenCount);
            Assert.Contains("\\ud", Encoding.UTF8.GetString(request.Body.Span), StringComparison.OrdinalIgnoreCase);
            return;
        }

        var reader = new Utf8JsonReader(output.WrittenSpan);
        while (reader.Read())
        {
        }
    }

    /// <summary>A chat with something of everything.</summary>
    private sealed record Request(Tree Content, Tree Extra, Tree Parameters, Tree Schema, Tree.Number Temperature, int Limit)
    {
        /// <summary>Equal for requests that ask for the same.</summary>
        public string Meaning => $"{Content.Meaning(false)} {Extra.Meaning(false)} {Parameters.Meaning(true)} {Schema.Meaning(true)} {Temperature.Meaning(false)} {Limit}";

        public Request Change(Random random) => random.Next(6) switch
        {
            0 => this with { Content = new Tree.Text(((Tree.Text)Content).Value + (char)random.Next('a', 'z')) },
            1 => this with { Parameters = Parameters.Change(random) },
            2 => this with { Schema = Schema.Change(random) },
            3 => this with { Temperature = Temperature with { Digits = (Temperature.Digits + 1) % 20 } },
            4 => this with { Limit = Limit + 1 },
            _ => this with { Extra = Extra.Change(random) },
        };

        public string Write(Random random)
        {
            var writer = new RandomWriter(random);
            var message = Arrange(writer, ("role", "\"user\""), ("content", writer.Write(Content, false)));
            var function = Arrange(writer, ("name", "\"f\""), ("parameters", writer.Write(Parameters, true)));
            var format = Arrange(writer, ("name", "\"s\""), ("schema", writer.Write(Schema, true)));
            string[] fields =
            [
                $"\"messages\":[{message}]",
                $"\"tools\":[{Arrange(writer, ("type", "\"function\""), ("function", function))}]",
                $"\"response_format\":{Arrange(writer, ("type", "\"json_schema\""), ("json_schema", format))}",
                $"\"temperature\":{writer.Write(Temperature, false)}",
                writer.OnceIn(2) ? $"\"max_tokens\":{Limit}" : $"\"max_tokens\":100,\"max_completion_tokens\":{Limit}",
                $"\"model\":\"m{random.Next(9)}\"",
                $"\"x_extra\":{writer.Write(Extra, false)}",
                .. Noise.Where(_ => writer.OnceIn(3)),
            ];
            random.Shuffle(fields);

            // Of these the last one counts.
            return $"{{{writer.Join((writer.OnceIn(3) ? (string[])["\"temperature\":2", "\"n\":3", "\"n\":null"] : []).Concat(fields))}}}";
        }

        private static string Arrange(RandomWriter writer, params (string, string)[] members) =>
            $"{{{writer.Join(writer.Arrange(members, keepsOrder: false).Select(member => $"\"{member.Name}\":{member.Value}"))}}}";
    }
}
