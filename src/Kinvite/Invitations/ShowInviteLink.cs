using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Rights;

namespace Kinvite.Invitations;

/// <summary>A family's open link on a page of its own, for those who may make one: with its address, or what to choose for a new one.</summary>
public sealed record InviteLinkView
{
    /// <summary>The family's id.</summary>
    public required Guid FamilyId { get; init; }

    /// <summary>Its name.</summary>
    public required string FamilyName { get; init; }

    /// <summary>The link that works now; null when there is none.</summary>
    public OpenLinkShown? Link { get; init; }

    /// <summary>What can be chosen for a new one.</summary>
    public required InviteLinkChoices Choices { get; init; }
}

/// <summary>The link that works now, in full.</summary>
/// <param name="Url">To copy.</param>
/// <param name="Code">To scan.</param>
/// <param name="Summary">What it does.</param>
public sealed record OpenLinkShown(string Url, QrPath Code, OpenLinkSummary Summary);

/// <summary>What an open link does, without its address.</summary>
/// <param name="Id">For the card and for withdrawing it.</param>
/// <param name="RoleName">In the reader's language.</param>
/// <param name="Permission">What it allows, where the kind lets one choose it.</param>
/// <param name="Uses">How many came in by it.</param>
/// <param name="MaxUses">How many may; null = any number.</param>
/// <param name="RequireLogin">False: a name is enough.</param>
/// <param name="RequireApproval">Somebody has to agree.</param>
/// <param name="Domains">Mail domains it is for; empty = any.</param>
/// <param name="CreatedBy">Who answers for it.</param>
/// <param name="ExpiresAt">Until when it works.</param>
public sealed record OpenLinkSummary(
    Guid Id, string RoleName, Permission? Permission, int Uses, int? MaxUses, bool RequireLogin, bool RequireApproval, IReadOnlyList<string> Domains, string CreatedBy,
    DateTimeOffset ExpiresAt)
{
    internal static OpenLinkSummary Of(InviteLinkItem link, FamilyKind kind) => new(
        link.Id, kind.FindRole(link.Role)?.Name.ToString() ?? link.Role, kind.Invitations.Permission == PermissionMode.Choose ? link.Permission : null, link.Uses,
        link.MaxUses, link.RequireLogin, link.RequireApproval, link.AllowedDomains, link.CreatedBy.Name, link.ExpiresAt);
}

/// <summary>What can be chosen for an open link.</summary>
/// <param name="Roles">Those that it may give; the default one first.</param>
/// <param name="Permissions">What it may allow, where the kind lets one choose; the least first.</param>
/// <param name="Days">Lifetimes to choose from, in days.</param>
/// <param name="RequireApproval">As the kind has it.</param>
public sealed record InviteLinkChoices(IReadOnlyList<LinkRole> Roles, IReadOnlyList<Permission> Permissions, IReadOnlyList<int> Days, bool RequireApproval)
{
    private static readonly int[] UsualDays = [1, 3, CreateInviteLinkRequest.UsualDays, 14, 30, 90];

    internal static InviteLinkChoices Of(Insider me) => new(
        [.. me.RolesToGive.Where(r => r is { Guardian: false, Permission: < Permission.Admin }).Select(r => new LinkRole(r.Key, r.Name.ToString(), r.Description.ToString(), r.Permission))],
        me.Kind.Invitations.Permission != PermissionMode.Choose ? [] : [.. new[] { Permission.View, Permission.Edit }.Where(p => p <= me.Actor.Permission)],
        [.. UsualDays.Where(d => d >= me.Kind.Links.MinDays && d <= me.Kind.Links.MaxDays).DefaultIfEmpty(me.Kind.Links.MaxDays)],
        me.Kind.Links.RequireApproval);
}

/// <summary>A role that an open link may give.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">In the reader's language.</param>
/// <param name="Description">What it can and cannot do, one sentence.</param>
/// <param name="Permission">What it may do.</param>
public sealed record LinkRole(string Key, string Name, string Description, Permission Permission);

/// <summary>Reads it.</summary>
internal sealed class ShowInviteLink(FamilyDoor door, CurrentInviteLink current, ListInviteLinks list)
{
    public async Task<Result<InviteLinkView>> HandleAsync(Guid familyId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.LacksForLinks) is not null)
        {
            return problem;
        }

        var me = entered.Value;
        if (!me.Kind.Links.Allowed)
        {
            return Problem.NotFound;
        }

        var link = await current.HandleAsync(familyId, ct);
        if (link.Refused(out problem))
        {
            return problem;
        }

        return new InviteLinkView
        {
            FamilyId = familyId,
            FamilyName = me.Family.Name,
            Choices = InviteLinkChoices.Of(me),
            Link = link.Value is { } works && (await list.HandleAsync(familyId, limit: 1, cursor: null, ct)).Value.Items is [var newest, ..] && newest.Id == works.Id
                ? new(works.Url, QrPath.Of(works.Url), OpenLinkSummary.Of(newest, me.Kind))
                : null,
        };
    }
}
