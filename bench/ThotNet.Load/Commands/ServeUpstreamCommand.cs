using System.CommandLine;
using System.Text;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Commands;

/// <summary><c>serve-upstream</c>: answers every request at once with the same chat completion of 1,024 bytes.</summary>
public static class ServeUpstreamCommand
{
    private const int AnswerBytes = 1024;

    private static readonly Option<int> Port = new("--port") { Required = true };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("serve-upstream", "A minimal upstream for throughput runs") { Port };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(Port), cancellation));
        return command;
    }

    private static async Task RunAsync(int port, CancellationToken cancellation)
    {
        var app = Loopback.Server(port).Build();
        var answer = Answer();
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = answer.Length;
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
        });
        await app.RunAsync(cancellation);
    }

    private static byte[] Answer()
    {
        const string Start = """{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"bench","choices":[{"index":0,"message":{"role":"assistant","content":" """;
        const string End = """ "},"finish_reason":"stop","logprobs":null}],"usage":{"prompt_tokens":250,"completion_tokens":16,"total_tokens":266}}""";
        return Encoding.ASCII.GetBytes(Start + Subject.Words(AnswerBytes - Start.Length - End.Length) + End);
    }
}
