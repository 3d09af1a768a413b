namespace Kinvite.Invitations;

/// <summary>An address that wants no more invitations from a family (or, without family, from this server).</summary>
internal sealed class InvitationBlock
{
    public required Guid Id { get; init; }

    /// <summary>Null: from every family on this server (the mail's one-click stop).</summary>
    public Guid? FamilyId { get; init; }
    public required string AddressKey { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
