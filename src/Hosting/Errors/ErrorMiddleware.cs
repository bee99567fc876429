using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ThotNet.Hosting.Errors;

/// <summary>Gives every failure the error shape: exceptions without details, and statuses that came without a body.</summary>
internal sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (HasBareStatus(context.Response))
                await context.WriteErrorAsync(StatusErrors.For(context.Response.StatusCode, context.Request));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller left; nobody is there to be told.
        }
        catch (BadHttpRequestException bad)
        {
            LogBadRequest(log, context.TraceIdentifier, bad.StatusCode, bad.Message);
            await context.WriteErrorAsync(StatusErrors.For(bad.StatusCode, context.Request));
        }
        catch (Exception fault)
        {
            LogFault(log, fault, context.TraceIdentifier);
            await context.WriteErrorAsync(StatusErrors.For(500, context.Request));
        }

        if (context.IsBrokenOff())
            throw new BrokenAnswerException();
    }

    private static bool HasBareStatus(HttpResponse response) =>
        response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null };

    [LoggerMessage(1, LogLevel.Information, "Request {RequestId} is malformed ({Status}): {Reason}")]
    private static partial void LogBadRequest(ILogger logger, string requestId, int status, string reason);

    [LoggerMessage(2, LogLevel.Error, "Request {RequestId} failed")]
    private static partial void LogFault(ILogger logger, Exception fault, string requestId);
}
