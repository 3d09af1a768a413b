namespace Kinvite.Hosting;

/// <summary>The server cannot start; the message is one sentence with the remedy, shown without a stack trace.</summary>
/// <param name="message">What is wrong and what to do.</param>
public sealed class StartRefusedException(string message) : Exception(message);
