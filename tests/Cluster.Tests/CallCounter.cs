using System.Collections.Concurrent;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Cluster.Tests;

/// <summary>Counts the calls of each grain method, on all silos.</summary>
public sealed class CallCounter(TimeProvider time) : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentQueue<Question> _questions = new();

    public int this[string method] => _counts.GetValueOrDefault(method);

    /// <summary>Every question to an authority, in the order of arrival.</summary>
    public IReadOnlyCollection<Question> Questions => _questions;

    public Task Invoke(IIncomingGrainCallContext context)
    {
        _counts.AddOrUpdate(context.ImplementationMethod.Name, 1, static (_, count) => count + 1);
        if (context.Request.GetArgumentCount() > 0 && context.Request.GetArgument(0) is LeaseRequest request)
        {
            _questions.Enqueue(new(context.TargetId.Key.ToString(), time.GetUtcNow(), request));
        }

        return context.Invoke();
    }
}

/// <summary>A question as the authority of a quota got it.</summary>
public sealed record Question(string Quota, DateTimeOffset At, LeaseRequest Request);
