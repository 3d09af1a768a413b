using Kinvite.AccessRequests;
using Kinvite.Accounts;
using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Delivery.Texts;
using Kinvite.Kinds;
using Kinvite.Limits;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Invitations;

/// <summary>Marks the texts of <c>InvitationMailTexts.resx</c>.</summary>
internal sealed class InvitationMailTexts;

/// <summary>
/// What the invited person reads: the invitation, or a reminder of it with the same link. Generation and status are compared when it is sent:
/// a resend, a withdrawal, an end or a block in the meantime drops it, and its link is made only then.
/// </summary>
internal sealed class InvitationLetter(
    KeyRing keys, FamilyKinds kinds, LetterRenderer renderer, PublicLinks links, IStringLocalizer<InvitationMailTexts> texts, TimeProvider clock)
{
    public async Task<Prepared> PrepareAsync(OutboxMessage row, bool reminds, KinviteDbContext db, CancellationToken ct)
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
                Asks = reminds && db.AccessRequests.Any(r => r.FamilyId == i.FamilyId && r.InvitationId == i.Id && r.Status == AccessRequestStatus.Pending),
                OwnZone = (
                    from address in db.Addresses
                    join account in db.Accounts on address.AccountId equals account.Id
                    where address.Key == i.AddressKey && address.ProvenAt != null && account.DeletedAt == null && account.TimeZone != Account.DefaultTimeZone
                    select account.TimeZone).FirstOrDefault(),
            }).SingleOrDefaultAsync(ct);
        if (found is null)
        {
            return new Prepared.Drop("The invitation is gone");
        }

        if (WhyNot(found.Invitation, row.Generation, found.Blocked, reminds, clock.Now()) is { } reason)
        {
            return new Prepared.Drop(reason);
        }

        if (reminds && found.Asks)
        {
            return new Prepared.Drop("The person waits for the family's answer");
        }

        // Also what waited for a mail server through the evening.
        if (reminds && QuietHours.After(clock.Now(), QuietHours.Zone(found.OwnZone ?? found.TimeZone)) is var morning && morning > clock.Now())
        {
            return new Prepared.Wait(morning, "It is night where this goes");
        }

        await KeyEpochs.FollowAsync(db, keys, ct);
        if (found.Invitation.Channel == InvitationChannel.Phone)
        {
            return PhoneNumber.TryParse(found.Invitation.AddressKey) is { } number
                ? new Prepared.SendText(new OutgoingText(row.Id, number, TextWords.Invitation(
                    found.Invitation.InviterName, found.Name, links.To($"/j/{keys.Make(LinkKind.Texted, found.Invitation.Id, found.Invitation.Generation)}")))
                {
                    Takes = reminds ? TextLimits.OfReminder(number, found.Invitation.FamilyId) : [],
                })
                : new Prepared.Drop("This is no number");
        }

        var stop = links.To($"/mail/stop/{keys.StopToken(found.Invitation.Id, found.Invitation.AddressKey!)}");
        var letter = Write(found.Invitation, reminds, found.Name, kinds.TryFind(found.Kind)?.FindRole(found.Invitation.Role), found.OwnZone ?? found.TimeZone, stop);
        return new Prepared.Send(await renderer.RenderAsync(row, new(found.Invitation.Address!, found.Invitation.Name), letter, new Uri(stop)));
    }

    /// <summary>Why an invitation is not mailed any more, or null.</summary>
    internal static string? WhyNot(Invitation invitation, short generation, bool blocked, bool reminds, DateTimeOffset now)
    {
        if (invitation.Generation != generation)
        {
            return "A newer one was sent";
        }

        if (invitation.StatusAt(now) is not (InvitationStatus.Pending or InvitationStatus.Bounced))
        {
            return "The invitation is not open any more";
        }

        return invitation.Channel == InvitationChannel.None || invitation.Address is null ? "No channel for this kind of address"
            : reminds && invitation.Status == InvitationStatus.Bounced ? "The mail before came back"
            : blocked ? "The address wants no more invitations"
            : null;
    }

    private Letter Write(Invitation invitation, bool reminds, string family, KindRole? role, string timeZone, string stop)
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
            Subject = texts[reminds ? "ReminderSubject" : "Subject", Shorten.To(inviter, Shorten.InSubject), Shorten.To(family, Shorten.InSubject)],
            Heading = texts[reminds ? "ReminderSubject" : "Subject", inviter, family],
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
