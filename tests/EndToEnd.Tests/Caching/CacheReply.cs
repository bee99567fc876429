using System.Text.Json;

namespace ThotNet.EndToEnd.Tests.Caching;

/// <summary>What a caller got.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Cache">The header <c>x-thotnet-cache</c>.</param>
/// <param name="Text">The text of the answer's first choice, or the error's code.</param>
/// <param name="Id">The answer's id; every chunk of a stream had it.</param>
/// <param name="HasUsage">The answer said what it cost.</param>
/// <param name="IsWhole">It ended properly: a body, or a stream with its finish reason and end marker.</param>
internal sealed record CacheReply(int Status, string Cache, string? Text, string? Id, bool HasUsage, bool IsWhole)
{
    /// <summary>The header <c>Age</c>, or null.</summary>
    public double? Age { get; private init; }

    /// <summary>Reads all of it.</summary>
    public static async Task<CacheReply> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var cache = response.Headers.TryGetValues("x-thotnet-cache", out var values) ? string.Join(',', values) : "";
            var reply = response.Content.Headers.ContentType?.MediaType == "text/event-stream"
                ? OfStream((int)response.StatusCode, cache, await SseLog.ReadAsync(response))
                : OfBody((int)response.StatusCode, cache, await response.Content.ReadAsStringAsync());
            return reply with { Age = response.Headers.Age?.TotalSeconds };
        }
    }

    private static CacheReply OfBody(int status, string cache, string body)
    {
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        if (root.TryGetProperty("error", out var error))
        {
            return new(status, cache, error.GetProperty("code").GetString(), null, false, true);
        }

        var text = root.TryGetProperty("choices", out var choices) ? choices[0].GetProperty("message").GetProperty("content").GetString() : root.GetProperty("data").GetRawText();
        return new(status, cache, text, root.TryGetProperty("id", out var id) ? id.GetString() : null, root.TryGetProperty("usage", out _), true);
    }

    private static CacheReply OfStream(int status, string cache, SseLog log)
    {
        var (text, finished, usage) = ("", false, false);
        HashSet<string> ids = [];
        foreach (var data in log.Data.Where(data => data != "[DONE]"))
        {
            using var json = JsonDocument.Parse(data);
            var root = json.RootElement;
            if (root.TryGetProperty("error", out _))
            {
                continue;
            }

            ids.Add(root.GetProperty("id").GetString()!);
            usage |= root.TryGetProperty("usage", out var counted) && counted.ValueKind is JsonValueKind.Object;
            foreach (var choice in root.GetProperty("choices").EnumerateArray())
            {
                text += choice.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : "";
                finished |= choice.GetProperty("finish_reason").ValueKind is JsonValueKind.String;
            }
        }

        return new(status, cache, text, ids.Count == 0 ? null : Assert.Single(ids), usage, log is { HasDone: true, Broken: false } && finished);
    }
}
