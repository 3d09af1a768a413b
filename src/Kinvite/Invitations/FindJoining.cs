using Kinvite.Links;
using Kinvite.Pages.Components;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>An invitation in hand that can still be accepted.</summary>
/// <param name="InHand">Its short id and token.</param>
/// <param name="Link">What the token says.</param>
/// <param name="Banner">What every step of signing in says of it.</param>
/// <param name="Address">The invited address, only when the link was sent to it.</param>
internal sealed record JoiningInHand(InvitationInHand InHand, LinkToken Link, Joining Banner, string? Address);

/// <summary>What somebody who signs in is about to join; tells no more than the link may (<see cref="PreviewInvite"/>). One statement, none without a cookie.</summary>
internal sealed class FindJoining(KinviteDbContext db, KeyRing keys, InvitationCookie cookie, TimeProvider clock)
{
    /// <param name="http">With the cookies.</param>
    /// <param name="returnTo">Where one wants to go: the invitation that is named there counts before the one opened last.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<JoiningInHand?> HandleAsync(HttpContext http, string? returnTo, CancellationToken ct)
    {
        var inHand = Named(http, returnTo) ?? cookie.Latest(http);
        if (inHand is null || keys.Read(inHand.Token) is not { } link)
        {
            return null;
        }

        var now = clock.Now();
        if (link.Kind == LinkKind.Open)
        {
            return await OpenAsync(inHand, link, now, ct);
        }

        var found = await (
            from i in db.Invitations.AsNoTracking()
            where i.Id == link.Id && i.Generation == link.Generation && i.ExpiresAt > now
                && (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced)
                && db.KeyEpochs.Any(e => e.Number == link.Epoch && (e.EndsAt == null || e.EndsAt > now))
            join family in db.Families on i.FamilyId equals family.Id
            select new
            {
                FamilyName = family.Name,
                InviterName = db.Members.Where(m => m.FamilyId == i.FamilyId && m.Id == i.InviterId).Select(m => m.Name).FirstOrDefault() ?? i.InviterName,
                i.Channel,
                i.Address,
            }).SingleOrDefaultAsync(ct);
        if (found is null)
        {
            return null;
        }

        var sent = link.Kind is LinkKind.Mailed or LinkKind.Texted;
        return new(
            inHand, link, new Joining(found.FamilyName, sent ? found.InviterName : found.InviterName.Split(' ', 2)[0]),
            (link.Kind, found.Channel) is (LinkKind.Mailed, InvitationChannel.Email) or (LinkKind.Texted, InvitationChannel.Phone) ? found.Address : null);
    }

    private async Task<JoiningInHand?> OpenAsync(InvitationInHand inHand, LinkToken link, DateTimeOffset now, CancellationToken ct)
    {
        var found = await (
            from l in db.InviteLinks.AsNoTracking()
            where l.Id == link.Id && l.Status == InviteLinkStatus.Active && l.ExpiresAt > now && (l.MaxUses == null || l.Uses < l.MaxUses)
                && db.KeyEpochs.Any(e => e.Number == link.Epoch && (e.EndsAt == null || e.EndsAt > now))
            join family in db.Families on l.FamilyId equals family.Id
            select new
            {
                FamilyName = family.Name,
                Creator = db.Members.Where(m => m.FamilyId == l.FamilyId && m.Id == l.CreatedBy).Select(m => m.Name).FirstOrDefault() ?? l.CreatedByName,
            }).SingleOrDefaultAsync(ct);
        return found is null ? null : new(inHand, link, new Joining(found.FamilyName, found.Creator.Split(' ', 2)[0]), Address: null);
    }

    private InvitationInHand? Named(HttpContext http, string? returnTo)
    {
        const string Join = "/join?i=";
        return returnTo?.StartsWith(Join, StringComparison.Ordinal) == true && cookie.Read(http, returnTo[Join.Length..]) is { } token
            ? new(returnTo[Join.Length..], token)
            : null;
    }
}
