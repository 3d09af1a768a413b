using Kinvite.Pages;
using Kinvite.Rights;
using Kinvite.Wording;

namespace Kinvite.Invitations;

/// <summary>What was typed into the page that changes an invitation, kept when something in it is wrong.</summary>
public sealed record ChangeInviteForm
{
    /// <summary>The address; empty = the link is handed over.</summary>
    public string? Email { get; init; }

    /// <summary>The number, for a text instead of a mail.</summary>
    public string? Phone { get; init; }

    /// <summary>What the inviter calls the person.</summary>
    public string? Name { get; init; }

    /// <summary>The chosen role's key.</summary>
    public string? Role { get; init; }

    /// <summary>What is allowed, where the kind lets one choose.</summary>
    public Permission? Permission { get; init; }

    /// <summary>The chosen children.</summary>
    public IReadOnlyList<Guid> Children { get; init; } = [];

    /// <summary>The last day of access (<c>2026-11-30</c>); null = no end.</summary>
    public string? AccessUntil { get; init; }

    /// <summary>The personal message.</summary>
    public string? Message { get; init; }

    internal static ChangeInviteForm Of(PostedForm form) => new()
    {
        Email = form.Filled("email")?.Trim(),
        Phone = form.Filled("phone")?.Trim(),
        Name = form.Filled("name"),
        Role = form.Filled("role"),
        Permission = Enum.TryParse<Permission>(form["permission"], ignoreCase: true, out var permission) && Enum.IsDefined(permission) ? permission : null,
        Children = form.Ids("children"),
        AccessUntil = form.Filled("accessUntil"),
        Message = form.Filled("message"),
    };

    /// <summary>As the invitation is now.</summary>
    internal static ChangeInviteForm Of(InviteResponse invite, string timeZone) => new()
    {
        Email = invite.Email,
        Phone = invite.Phone,
        Name = invite.Name,
        Role = invite.Role,
        Permission = invite.Permission,
        Children = [.. invite.Children.Select(c => c.ChildId)],
        AccessUntil = LastDay.Of(invite.AccessUntil, timeZone),
        Message = invite.Message,
    };

    /// <summary>Only what is another than it was, so that what this page does not show stays as it is.</summary>
    /// <param name="before">What the page showed.</param>
    /// <param name="shows">Which of the two addresses the page asked for.</param>
    /// <param name="choosesPermission">Whether what is allowed could be.</param>
    /// <param name="timeZone">Of whoever typed the day.</param>
    internal (ChangeInviteRequest Patch, IReadOnlyList<InviteFault> Faults) Read(ChangeInviteForm before, (bool Email, bool Phone) shows, bool choosesPermission, string timeZone)
    {
        var end = LastDay.EndOf(AccessUntil, timeZone);
        List<InviteFault> faults = AccessUntil is not null && end is null ? [new("accessUntil", "FaultDay")] : [];
        var patch = new ChangeInviteRequest();
        // What is typed into the other field takes the place of what was there, whether or not that was emptied.
        if (shows.Email && Email != before.Email)
        {
            patch = patch with { Email = Email };
        }

        if (shows.Phone && Phone != before.Phone)
        {
            patch = patch with { Phone = Phone };
        }

        if (Role is not null && Role != before.Role)
        {
            patch = patch with { Role = Role };
        }

        if (choosesPermission && Permission is not null && (Permission != before.Permission || patch.Role.IsSet))
        {
            patch = patch with { Permission = Permission };
        }

        if (!Children.Order().SequenceEqual(before.Children.Order()))
        {
            patch = patch with { Children = Children.Select(c => new ChildGrantEntry(c)).ToList() };
        }

        if (Name != before.Name)
        {
            patch = patch with { Name = Name };
        }

        if (AccessUntil != before.AccessUntil)
        {
            patch = patch with { AccessUntil = end };
        }

        // Boxes of several lines come back with line ends of their own.
        if (Message?.ReplaceLineEndings("\n") != before.Message?.ReplaceLineEndings("\n"))
        {
            patch = patch with { Message = Message };
        }

        return (patch, faults);
    }
}
