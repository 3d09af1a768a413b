using Kinvite.Delivery;
using Kinvite.Delivery.Texts;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>What somebody can choose from when inviting into this family, or when changing an invitation.</summary>
public sealed record InviteChoices
{
    /// <summary>Whether this server sends mail; without it links are handed over.</summary>
    public required bool MailIsOn { get; init; }

    /// <summary>Invitations can be handed over without any address.</summary>
    public required bool LinkIsAllowed { get; init; }

    /// <summary>This kind of family invites by phone, too; where the server cannot, the choice stays and says so.</summary>
    public required bool PhoneIsKnown { get; init; }

    /// <summary>Texts can be sent now.</summary>
    public required bool PhoneIsOn { get; init; }

    /// <summary>When the next text may go, where today's of this family or of the whole server are used up; null while there are some.</summary>
    public DateTimeOffset? PhoneIsFreeAt { get; init; }

    /// <summary>Roles that the reader may give; the default one first.</summary>
    public required IReadOnlyList<RoleChoice> Roles { get; init; }

    /// <summary>What an invitation may allow, where the kind lets the inviter choose; the least first, empty where the role decides.</summary>
    public required IReadOnlyList<Permission> Permissions { get; init; }

    /// <summary>Children to choose from; empty where the kind opens the whole family.</summary>
    public required IReadOnlyList<ProfileChoice> Children { get; init; }

    /// <summary>At least one child has to be chosen.</summary>
    public required bool ChildrenRequired { get; init; }

    /// <summary>Profiles without account that somebody could take over as their own.</summary>
    public required IReadOnlyList<ProfileChoice> Profiles { get; init; }

    /// <summary>Invitations of this kind work for so many days.</summary>
    public required int LifetimeDays { get; init; }

    /// <summary>Without a child there is nobody to invite for; without a role to give, nobody to invite as.</summary>
    public bool IsStuck => Roles.Count == 0 || (ChildrenRequired && Children.Count == 0);

    /// <summary>Reads them for the reader, in a few statements.</summary>
    internal static async Task<InviteChoices> LoadAsync(KinviteDbContext db, Insider me, MailSetup mail, TextReadiness texts, CancellationToken ct)
    {
        var invited = me.Kind.Invitations;
        var profiles = await db.Members.AsNoTracking().Where(m => m.FamilyId == me.Family.Id && m.AccountId == null)
            .Where(Visible.Members(me.Actor)).OrderBy(m => m.Id).Select(m => new { m.Id, m.Name, m.Role }).ToListAsync(ct);
        // A member of chosen children gives access to those whom they manage.
        var children = profiles.Where(p => me.Kind.FindRole(p.Role) is { Child: true } && (me.Actor.WholeFamily || me.Actor.Children.GetValueOrDefault(p.Id) >= Permission.Admin));
        var phoneIsOn = invited.Channels.Contains("phone") && await texts.IsReadyAsync(ct);
        return new()
        {
            MailIsOn = mail.IsOn,
            LinkIsAllowed = invited.Channels.Contains("link"),
            PhoneIsKnown = invited.Channels.Contains("phone"),
            PhoneIsOn = phoneIsOn,
            PhoneIsFreeAt = phoneIsOn ? await texts.FreeAtAsync(me.Family.Id, ct) : null,
            Roles = [.. me.RolesToGive.Select(r => new RoleChoice(r.Key, r.Name.ToString(), r.Description.ToString()))],
            Permissions = invited.Permission != PermissionMode.Choose ? []
                : [.. new[] { Permission.View, Permission.Edit, Permission.Admin }.Where(p => p <= me.Actor.Permission)],
            Children = invited.Children == ChildrenMode.No ? [] : [.. children.Select(c => new ProfileChoice(c.Id, c.Name))],
            ChildrenRequired = invited.Children == ChildrenMode.Required || (invited.Children == ChildrenMode.Optional && !me.Actor.WholeFamily),
            Profiles = [.. profiles.Where(p => RightsRule.MayHandOver(me.Actor, p.Id).Allowed).Select(p => new ProfileChoice(p.Id, p.Name))],
            LifetimeDays = invited.LifetimeDays,
        };
    }
}

/// <summary>A role to invite somebody as.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">In the reader's language.</param>
/// <param name="Description">What it can and cannot do, one sentence.</param>
public sealed record RoleChoice(string Key, string Name, string Description);

/// <summary>A profile to choose: a child that an invitation opens, or somebody who gets an account of their own.</summary>
/// <param name="Id">The member's id.</param>
/// <param name="Name">As the family calls it.</param>
public sealed record ProfileChoice(Guid Id, string Name);
