using System.Text.Json.Serialization;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers;

namespace ThotNet.Silo.Flights;

/// <summary>How the payloads of frames that are rare are written: silos of another version pass over fields that they do not know.</summary>
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AnswerSource))]
[JsonSerializable(typeof(TokenUsage))]
[JsonSerializable(typeof(ApiError))]
internal sealed partial class FlightJson : JsonSerializerContext;
