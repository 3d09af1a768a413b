namespace Kinvite.Members;

/// <summary>The pictures that a member may have: a fixed set, so that nobody uploads a child's face. Each is <c>wwwroot/avatar-{name}.svg</c>.</summary>
internal static class Avatars
{
    public static readonly IReadOnlyList<string> All = ["sun", "moon", "star", "boat", "leaf", "fish", "kite", "house"];

    public static bool Knows(string? name) => All.Contains(name, StringComparer.Ordinal);
}
