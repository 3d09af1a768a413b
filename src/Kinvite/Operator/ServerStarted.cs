namespace Kinvite.Operator;

/// <summary>When this process began to serve.</summary>
/// <param name="At">By the app's clock.</param>
internal sealed record ServerStarted(DateTimeOffset At);
