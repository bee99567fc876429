using Microsoft.Extensions.Time.Testing;

namespace ThotNet.Silo.Tests;

/// <summary>Lets a fake clock go on for as long as somebody waits: authorities are asked at their pace.</summary>
internal static class PassingTime
{
    /// <summary>Lets time pass in steps of 100 ms until the task is done.</summary>
    public static async Task<T> WhileAsync<T>(this FakeTimeProvider time, Task<T> task)
    {
        await Eventually.TrueAsync(() =>
        {
            time.Advance(task.IsCompleted ? TimeSpan.Zero : TimeSpan.FromSeconds(0.1));
            return task.IsCompleted;
        });
        return await task;
    }
}
