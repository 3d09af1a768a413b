namespace Kinvite.AccessRequests;

/// <summary>Who asks to come in, for those who may answer.</summary>
public sealed record RequestsView
{
    /// <summary>The family's id.</summary>
    public required Guid FamilyId { get; init; }

    /// <summary>Its name.</summary>
    public required string FamilyName { get; init; }

    /// <summary>Roles that the reader may give; the default one first.</summary>
    public required IReadOnlyList<RequestRole> Roles { get; init; }

    /// <summary>Unanswered ones, oldest first.</summary>
    public required IReadOnlyList<RequestCard> Waiting { get; init; }
}

/// <summary>A role to let somebody in as.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">In the reader's language.</param>
public sealed record RequestRole(string Key, string Name);

/// <summary>One person who asks.</summary>
public sealed record RequestCard
{
    /// <summary>The request's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>As they call themselves.</summary>
    public required string Name { get; init; }

    /// <summary>A proven address of theirs; null for a guest.</summary>
    public string? Address { get; init; }

    /// <summary>What they say.</summary>
    public string? Message { get; init; }

    /// <summary>When they asked.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The address that their invitation was sent to, where there is one and it is another.</summary>
    public string? InvitedAddress { get; init; }

    /// <summary>The role that was offered or asked for.</summary>
    public string? Role { get; init; }
}
