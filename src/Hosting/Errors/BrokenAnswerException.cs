namespace ThotNet.Hosting.Errors;

/// <summary>
/// Ends a connection whose answer has begun and cannot be finished. An exception is the only way to make Kestrel close a connection after all that
/// was written and without the proper end of the body. Kestrel reports each as a fault of the application, so the built-in log levels leave out its
/// errors; real faults are logged by <see cref="ErrorMiddleware"/>.
/// </summary>
internal sealed class BrokenAnswerException() : Exception("The answer broke off.");
