using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Errors;

namespace ThotNet.Hosting.Requests;

/// <summary>Checks that a request says its body is JSON.</summary>
public static class JsonContentType
{
    /// <summary>Null for <c>application/json</c> or <c>*+json</c> with charset utf-8 or none; else the 415 to answer with.</summary>
    /// <param name="request">The request.</param>
    public static ApiError? Check(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.ContentType == "application/json" || IsJson(request.ContentType) ? null : StatusErrors.UnsupportedMediaType;
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        && (type.Charset.Length == 0 || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
