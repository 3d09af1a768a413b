using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Kinds;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Invitations;

/// <summary>Marks the texts of <c>InvitationMailTexts.resx</c>.</summary>
internal sealed class InvitationMailTexts;

/// <summary>
/// The mail to the invited person. Generation and status are compared when it is sent: a resend, a withdrawal, an end or a block in the
/// meantime drops it, and its link is made only then.
/// </summary>
internal sealed class InvitationMessage(
    KeyRing keys, FamilyKinds kinds, LetterRenderer renderer, PublicLinks links, IStringLocalizer<InvitationMailTexts> texts, TimeProvider clock) : IMessageType
{
    public string Type => MessageTypes.Invitation;

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        var found = await (
            from i in db.Invitations.AsNoTracking()
            join f in db.Families on i.FamilyId equals f.Id
            where i.Id == row.SubjectId
            select new
            {
                Invitation = i,
                f.Name,
                f.Kind,
                f.TimeZone,
                Blocked = db.InvitationBlocks.Any(b => b.AddressKey == i.AddressKey && (b.FamilyId == null || b.FamilyId == i.FamilyId)),
            }).SingleOrDefaultAsync(ct);
        if (found is null)
        {
            return new Prepared.Drop("The invitation is gone");
        }

        if (WhyNot(found.Invitation, row.Generation, found.Blocked, clock.Now()) is { } reason)
        {
            return new Prepared.Drop(reason);
        }

        await KeyEpochs.FollowAsync(db, keys, ct);
        var stop = links.To($"/mail/stop/{keys.StopToken(found.Invitation.Id)}");
        var letter = Write(found.Invitation, found.Name, kinds.TryFind(found.Kind)?.FindRole(found.Invitation.Role), found.TimeZone, stop);
        return new Prepared.Send(await renderer.RenderAsync(row, new(found.Invitation.Address!, found.Invitation.Name), letter, new Uri(stop)));
    }

    public async Task AfterAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        if (row.State is not (DeliveryState.Sent or DeliveryState.Failed)
            || await db.Invitations.AsNoTracking().Include(i => i.Children).SingleOrDefaultAsync(i => i.Id == row.SubjectId, ct) is not { } invitation)
        {
            return;
        }

        var now = clock.Now();
        if (row.State == DeliveryState.Sent)
        {
            db.Activity.Add(new()
            {
                Id = Guid.CreateVersion7(now),
                FamilyId = invitation.FamilyId,
                At = now,
                Type = ActivityTypes.InviteSent,
                SubjectId = invitation.Id,
                SubjectName = invitation.Name,
                ChildIds = [.. invitation.Children.Select(c => c.ChildId)],
            });
            return;
        }

        var inviter = await db.Members.Where(m => m.FamilyId == invitation.FamilyId && m.Id == invitation.InviterId).Select(m => m.AccountId).SingleOrDefaultAsync(ct);
        if (inviter is { } accountId)
        {
            db.Outbox.Add(OutboxMessage.Of(MessageTypes.Failed, invitation.Id, now, invitation.Generation, accountId));
        }
    }

    /// <summary>Why an invitation is not mailed any more, or null.</summary>
    internal static string? WhyNot(Invitation invitation, short generation, bool blocked, DateTimeOffset now)
    {
        if (invitation.Generation != generation)
        {
            return "A newer one was sent";
        }

        if (invitation.StatusAt(now) is not (InvitationStatus.Pending or InvitationStatus.Bounced))
        {
            return "The invitation is not open any more";
        }

        return invitation.Channel != InvitationChannel.Email || invitation.Address is null ? "No channel for this kind of address"
            : blocked ? "The address wants no more invitations"
            : null;
    }

    private Letter Write(Invitation invitation, string family, KindRole? role, string timeZone, string stop)
    {
        var culture = LetterCulture.Use(invitation.Locale);
        var inviter = invitation.InviterName;
        var notes = new List<string> { texts["WorksUntil", LetterTime.Write(invitation.ExpiresAt, timeZone, culture)] };
        if (invitation.AccessUntil is { } end)
        {
            notes.Insert(0, texts["AccessUntil", LetterTime.Write(end, timeZone, culture)]);
        }

        return new()
        {
            Locale = invitation.Locale,
            Subject = texts["Subject", Shorten.To(inviter, Shorten.InSubject), Shorten.To(family, Shorten.InSubject)],
            Heading = texts["Subject", inviter, family],
            Paragraphs =
            [
                texts["Intro", inviter, family],
                .. role is null ? Array.Empty<string>() : [texts["As", role.Name.In(culture), role.Description.In(culture)]],
                texts["Nothing"],
            ],
            Quote = string.IsNullOrWhiteSpace(invitation.Message) ? null : new(texts["Writes", inviter], invitation.Message),
            Button = new(texts["Button"], links.To($"/join/{keys.Make(LinkKind.Mailed, invitation.Id, invitation.Generation)}")),
            Notes = notes,
            Why = texts["Why", inviter, family, links.Host],
            Stop = new(texts["Stop"], stop),
        };
    }
}
