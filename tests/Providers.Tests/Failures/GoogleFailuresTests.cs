using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Failures;
using ThotNet.Providers.Gemini;
using ThotNet.Providers.Tests.OpenAi;

namespace ThotNet.Providers.Tests.Failures;

/// <summary>Google's failures in its own format (wire.md 4.5), row by row.</summary>
public sealed class GoogleFailuresTests
{
    private readonly AdapterFixture _fixture = new(new GeminiAdapter(AdapterFixture.Endpoint));

    private static string Error(int code, string status, string message, params string[] details) =>
        $$$"""{"error":{"code":{{{code}}},"message":"{{{message}}}","status":"{{{status}}}","details":[{{{string.Join(',', details)}}}]}}""";

    private static string Reason(string reason) =>
        $$"""{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"{{reason}}","domain":"googleapis.com"}""";

    private static string Violations(params string[] quotaIds) =>
        $$"""{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{{string.Join(',', quotaIds.Select(Violation))}}]}""";

    private static string Violation(string quotaId) => $$"""{"quotaMetric":"m","quotaId":"{{quotaId}}","quotaValue":"20"}""";

    private static string Delay(string delay) => $$"""{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"{{delay}}"}""";

    private ProviderFailure Read(string body) => _fixture.Failure(int.Parse(body.AsSpan(body.IndexOf(':', 10) + 1, 3), provider: null), body);

    [Fact]
    public void Failure_WrappedInAnArray_IsRead_Wire45()
    {
        var body = Error(503, "UNAVAILABLE", "The model is overloaded.");

        Assert.Equal(_fixture.Failure(503, body), _fixture.Failure(503, $"[{body}]"));
        Assert.Equal("The model is overloaded.", _fixture.Failure(503, $"[{body}]").Message);
    }

    [Fact]
    public void Failure_MalformedRequest_IsTheCallers_Wire45()
    {
        var failure = Read(Error(400, "INVALID_ARGUMENT", "Penalty is not enabled for this model."));

        Assert.Equal((FailureClass.CallerMistake, "invalid_request_error", null), (failure.Class, failure.Type, failure.Code));
        Assert.Equal("Penalty is not enabled for this model.", failure.Message);
    }

    [Theory]
    [InlineData("API_KEY_INVALID")]
    [InlineData("API_KEY_EXPIRED")]
    [InlineData("API_KEY_SERVICE_BLOCKED")]
    public void Failure_BadKeyAs400_IsOurFault_Wire45(string reason)
    {
        var failure = Read(Error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", Reason(reason)));

        Assert.Equal((FailureClass.KeyRefused, "provider_unavailable"), (failure.Class, failure.Code));
        Assert.Equal(502, FailureErrors.ToApiError(failure).Status);
    }

    [Fact]
    public void Failure_BadKeyWithoutDetails_IsOurFault_Wire45() =>
        Assert.Equal(FailureClass.KeyRefused, Read(Error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.")).Class);

    [Fact]
    public void Failure_CallersWordsAboutAKey_ConcernNoKey_Wire45() =>
        Assert.Equal(FailureClass.CallerMistake, Read(Error(400, "INVALID_ARGUMENT", "Invalid function name: API key not valid.")).Class);

    [Theory]
    [InlineData(400, "INVALID_ARGUMENT")]
    [InlineData(500, "INTERNAL")]
    public void Failure_LongContext_IsTooLarge_Wire45(int status, string google)
    {
        var failure = Read(Error(status, google, "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."));

        Assert.Equal((FailureClass.TooLarge, "context_length_exceeded"), (failure.Class, failure.Code));
    }

    [Theory]
    [InlineData("Function call is missing a thought_signature in functionCall parts.")]
    [InlineData("Corrupted thought signature.")]
    public void Failure_Signature_MayDoBetterElsewhere_Wire45(string message)
    {
        var failure = Read(Error(400, "INVALID_ARGUMENT", message));

        Assert.Equal((FailureClass.ModelFailure, "model_failure"), (failure.Class, failure.Code));
        Assert.False(failure.IsCallers);
    }

    [Theory]
    [InlineData("User location is not supported for the API use.")]
    [InlineData("Please enable billing on project at AI Studio.")]
    public void Failure_Precondition_MakesTheProviderUnusable_Wire45(string message) =>
        Assert.Equal(FailureClass.KeyRefused, Read(Error(400, "FAILED_PRECONDITION", message)).Class);

    [Fact]
    public void Failure_BadToken_IsAKeyProblem_Wire45() =>
        Assert.Equal(FailureClass.KeyRefused, Read(Error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")).Class);

    [Theory]
    [InlineData("Your API key was reported as leaked. Please use another API key.", "")]
    [InlineData("Generative Language API has not been used in project 123456789 before or it is disabled.", "SERVICE_DISABLED")]
    [InlineData("The caller does not have permission", "")]
    public void Failure_Forbidden_IsAKeyProblem_Wire45(string message, string reason) =>
        Assert.Equal(FailureClass.KeyRefused, Read(Error(403, "PERMISSION_DENIED", message, Reason(reason))).Class);

    [Theory]
    [InlineData(403, "PERMISSION_DENIED", "You do not have permission to access the File abc-123 or it may not exist.")]
    [InlineData(403, "PERMISSION_DENIED", "CachedContent not found (or permission denied)")]
    [InlineData(400, "FAILED_PRECONDITION", "The File abc-123 is not in an ACTIVE state and usage is not allowed.")]
    [InlineData(404, "NOT_FOUND", "The File abc-123 does not exist.")]
    public void Failure_CallersFile_IsTheCallers_Wire45(int status, string google, string message) =>
        Assert.Equal(FailureClass.CallerMistake, Read(Error(status, google, message)).Class);

    [Fact]
    public void Failure_UnknownModel_IsModelNotFound_Wire45()
    {
        var failure = Read(Error(
            404, "NOT_FOUND", "models/gemini-1.5-flash is not found for API version v1beta, or is not supported for generateContent. Call ListModels."));

        Assert.Equal((FailureClass.ModelGone, "model_not_found"), (failure.Class, failure.Code));
    }

    [Fact]
    public void Failure_OtherMissingThing_LeavesTheModelInService_Wire45() =>
        Assert.Equal(FailureClass.ModelFailure, Read(Error(404, "NOT_FOUND", "Requested entity was not found.")).Class);

    [Fact]
    public void Failure_WrongAddress_LeavesTheModelInService_Wire45() =>
        Assert.Equal(FailureClass.Transient, _fixture.Failure(404, "<html><title>Error 404 (Not Found)!!1</title></html>").Class);

    [Theory]
    [InlineData(499, "CANCELLED", "The operation was cancelled.")]
    [InlineData(500, "INTERNAL", "An internal error has occurred.")]
    [InlineData(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")]
    [InlineData(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete.")]
    public void Failure_OfGoogle_MayPass_Wire45(int status, string google, string message)
    {
        var failure = Read(Error(status, google, message));

        Assert.Equal((FailureClass.Transient, "provider_unavailable"), (failure.Class, failure.Code));
        Assert.Null(failure.Evidence);
    }

    [Theory]
    [InlineData("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "34s", 34)]
    [InlineData("GenerateContentInputTokensPerModelPerMinute-FreeTier", "34.074824224s", 34.0748242)]
    public void Failure_MinuteQuota_ClosesForTheDelay_Wire45(string quota, string delay, double seconds)
    {
        var failure = Read(Error(429, "RESOURCE_EXHAUSTED", "Quota. Please retry in 99s.", Violations(quota), Delay(delay)));

        Assert.Equal((FailureClass.Throttled, "rate_limit_exceeded"), (failure.Class, failure.Code));
        Assert.Equal(seconds, failure.Evidence!.ClosedFor.TotalSeconds, 0.000001);
        Assert.Equal(quota, failure.Evidence.Reason);
    }

    [Theory]
    [InlineData("3s")]
    [InlineData("21926s")]
    [InlineData("")]
    public void Failure_DayQuota_ClosesUntilMidnightInLosAngeles_Wire45(string delay)
    {
        var failure = Read(Error(
            429, "RESOURCE_EXHAUSTED", "Quota.",
            [Violations("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "GenerateRequestsPerDayPerProjectPerModel-FreeTier"), Delay(delay)]));

        Assert.Equal((FailureClass.QuotaGone, "insufficient_quota"), (failure.Class, failure.Code));
        Assert.Equal(TimeSpan.FromHours(20), failure.Evidence!.ClosedFor);
        Assert.Equal("GenerateRequestsPerDayPerProjectPerModel-FreeTier", failure.Evidence.Reason);
    }

    [Fact]
    public void Failure_Violations_AreLimitsWithNothingLeft_Wire45() =>
        Assert.Equal(
            [
                new BudgetEvidence(BudgetMetric.Requests, TimeSpan.FromMinutes(1), 20, 0),
                new BudgetEvidence(BudgetMetric.InputTokens, TimeSpan.FromMinutes(1), 20, 0),
                new BudgetEvidence(BudgetMetric.Requests, TimeSpan.FromDays(1), 20, 0),
            ],
            Read(Error(429, "RESOURCE_EXHAUSTED", "Quota.", Violations(
                "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
                "GenerateContentInputTokensPerModelPerMinute-FreeTier",
                "SomethingElsePerMinute",
                "GenerateRequestsPerHour",
                "GenerateRequestsPerDayPerProjectPerModel-FreeTier"))).Evidence!.Budgets);

    [Theory]
    [InlineData("\"a lot\"")]
    [InlineData("-3")]
    [InlineData("1e300")]
    [InlineData("{}")]
    public void Failure_ViolationWithoutUsableValue_StillHasNothingLeft_Wire45(string value)
    {
        var violations = Violations("GenerateRequestsPerMinutePerProjectPerModel-FreeTier").Replace("\"20\"", value, StringComparison.Ordinal);

        var evidence = Read(Error(429, "RESOURCE_EXHAUSTED", "Quota.", violations)).Evidence!;

        Assert.Equal([new BudgetEvidence(BudgetMetric.Requests, TimeSpan.FromMinutes(1), null, 0)], evidence.Budgets);
    }

    [Fact]
    public void Failure_DayOfTokens_ClosesUntilMidnightToo_Wire45() =>
        Assert.Equal(
            TimeSpan.FromHours(20),
            Read(Error(429, "RESOURCE_EXHAUSTED", "Quota.", Violations("GenerateContentInputTokensPerModelPerDay-FreeTier"), Delay("1s"))).Evidence!.ClosedFor);

    [Fact]
    public void Failure_LongDelayOfUnknownQuota_IsNoThrottle_Wire45()
    {
        var failure = Read(Error(429, "RESOURCE_EXHAUSTED", "Quota.", Delay("21926s")));

        Assert.Equal(FailureClass.QuotaGone, failure.Class);
        Assert.Equal(TimeSpan.FromSeconds(21926), failure.Evidence!.ClosedFor);
    }

    [Theory]
    [InlineData("Quota exceeded for metric: a/b, limit: 0, model: gemini-x\\nPlease retry in 3s.", "20")]
    [InlineData("Quota exceeded.", "0")]
    public void Failure_LimitOfZero_IsModelGone_Wire45(string message, string value)
    {
        var failure = Read(Error(429, "RESOURCE_EXHAUSTED", message, Violations("PerDay").Replace("\"20\"", $"\"{value}\"", StringComparison.Ordinal)));

        Assert.Equal((FailureClass.ModelGone, null), (failure.Class, failure.Evidence));
    }

    [Theory]
    [InlineData("Please retry in 34.07s.", 34.07)]
    [InlineData("Resource has been exhausted (e.g. check quota).", 10)]
    public void Failure_QuotaWithoutDetails_GoesByTheWords_Wire45(string message, double seconds)
    {
        var failure = _fixture.Failure(429, $$$"""{"error":{"code":429,"message":"{{{message}}}","status":"RESOURCE_EXHAUSTED"}}""");

        Assert.Equal(FailureClass.Throttled, failure.Class);
        Assert.Equal(seconds, failure.Evidence!.ClosedFor.TotalSeconds, 0.000001);
    }

    [Theory]
    [InlineData("INVALID_ARGUMENT", FailureClass.CallerMistake)]
    [InlineData("RESOURCE_EXHAUSTED", FailureClass.Throttled)]
    [InlineData("UNAVAILABLE", FailureClass.Transient)]
    public void Failure_InAStreamWithoutCode_GoesByTheStatus_Wire45(string status, FailureClass expected)
    {
        var run = _fixture.Stream(AdapterFixture.With("\"stream\":true"), $$$"""{"error":{"message":"x","status":"{{{status}}}"}}""");

        Assert.Equal(expected, run.Translator.Failure!.Class);
    }

    [Theory]
    [InlineData("Consumer 'api_key:AIzaSyA-1234567890abcdef' has been suspended.", "Consumer 'api_key:[key]' has been suspended.")]
    [InlineData("of service 'x' for consumer 'project_number:123456789'.", "of service 'x' for consumer '[account]'.")]
    [InlineData("API has not been used in project 123456789012 before", "API has not been used in [account] before")]
    [InlineData("Permission denied on resource project gen-lang-client-0123456789.", "Permission denied on resource [account].")]
    [InlineData("resource projects/my-app-1234/locations/x", "resource [account]/locations/x")]
    public void Failure_Message_TellsNothingOfTheProject_Wire45(string message, string expected) =>
        Assert.Equal(expected, Read(Error(403, "PERMISSION_DENIED", message)).Message);
}
