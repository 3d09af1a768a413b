using Kinvite.Pages;
using Kinvite.Rights;

namespace Kinvite.Invitations;

/// <summary>What is chosen for everybody in a file, kept when something in it is wrong.</summary>
public sealed record ImportForm
{
    /// <summary>The role of whoever has none in the file.</summary>
    public string? Role { get; init; }

    /// <summary>What is allowed, where the kind lets one choose.</summary>
    public Permission? Permission { get; init; }

    /// <summary>The chosen children.</summary>
    public IReadOnlyList<Guid> Children { get; init; } = [];

    /// <summary>The personal message.</summary>
    public string? Message { get; init; }

    internal static ImportForm Of(PostedForm form) => new()
    {
        Role = form.Filled("role"),
        Permission = Enum.TryParse<Permission>(form["permission"], ignoreCase: true, out var permission) && Enum.IsDefined(permission) ? permission : null,
        Children = form.Ids("children"),
        Message = form.Filled("message"),
    };

    /// <summary>The people of the file as a request; what the file says of one counts before what is chosen for all.</summary>
    internal CreateInvitesRequest Read(IReadOnlyList<InviteEntry> people, bool mailIsOn) => new(
        [.. people.Select(p => p with
        {
            Role = p.Role ?? Role,
            Permission = Permission,
            Children = Children.Count == 0 ? null : [.. Children.Select(c => new ChildGrantEntry(c))],
        })],
        Notify: mailIsOn || people.All(p => p.Phone is not null), Message);

    /// <summary>The same in the invite card, for those who are left.</summary>
    internal InviteForm AsInviteForm => new() { Role = Role, Permission = Permission, Children = Children, Message = Message };
}
