namespace Kinvite.Rights;

/// <summary>What somebody may do in a family. Each holds everything the ones before it hold.</summary>
public enum Permission
{
    /// <summary>Sees.</summary>
    View = 1,

    /// <summary>Sees and changes children's data.</summary>
    Edit = 2,

    /// <summary>Also invites, and manages members and settings.</summary>
    Admin = 3,

    /// <summary>Also hands over and deletes the family. Exactly one per family.</summary>
    Owner = 4,
}
