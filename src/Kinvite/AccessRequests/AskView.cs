namespace Kinvite.AccessRequests;

/// <summary>What <c>/request-access</c> can offer to whoever looks at it.</summary>
public enum AskState
{
    /// <summary>No family or child is named: the link was not copied whole.</summary>
    Nowhere,

    /// <summary>Nobody is signed in.</summary>
    SignedOut,

    /// <summary>A guest has no address that an answer could go to.</summary>
    Guest,

    /// <summary>One can ask.</summary>
    CanAsk,

    /// <summary>One has asked.</summary>
    Waits,

    /// <summary>There was a no, and it is too early to ask again.</summary>
    Rests,

    /// <summary>One is in already.</summary>
    Inside,
}

/// <summary>Asking to get in. Never holds anything of the family: who is not inside is not told that there is one.</summary>
public sealed record AskView
{
    /// <summary>What can be done.</summary>
    public required AskState State { get; init; }

    /// <summary>The family or child that is asked for; null when the address names none.</summary>
    public AskTarget? Target { get; init; }

    /// <summary>The family, for those inside.</summary>
    public Guid? FamilyId { get; init; }

    /// <summary>Until when a no counts.</summary>
    public DateTimeOffset? RestsUntil { get; init; }

    /// <summary>The request that waits here.</summary>
    public Guid? Waiting { get; init; }

    /// <summary>Everything that the reader has asked for, newest first.</summary>
    public IReadOnlyList<MyRequest> Mine { get; init; } = [];

    /// <summary>Where older ones go on; null at the end.</summary>
    public string? Next { get; init; }
}

/// <summary>What is asked for.</summary>
/// <param name="Id">As the address names it, whether or not there is such a thing.</param>
/// <param name="IsChild">A child, and not a whole family.</param>
public sealed record AskTarget(Guid Id, bool IsChild)
{
    /// <summary>The page's own address.</summary>
    public string Path => $"/request-access?{Field}={Id:D}";

    /// <summary>How it is called in forms and addresses.</summary>
    public string Field => IsChild ? "childId" : "familyId";

    /// <summary>The first that is an id; <c>babyId</c> is what older links say.</summary>
    internal static AskTarget? Of(string? familyId, string? childId, string? babyId) =>
        Guid.TryParse(familyId, out var family) ? new(family, IsChild: false)
        : Guid.TryParse(childId, out var child) || Guid.TryParse(babyId, out child) ? new(child, IsChild: true)
        : null;
}
