using Kinvite.Delivery;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>What the family knows about the addresses of one call; a fixed number of statements however many they are.</summary>
internal sealed class InviteFacts
{
    /// <summary>Days after a "no" in which an address is left in peace.</summary>
    public const int DaysAfterDecline = 7;

    /// <summary>At the field that names one.</summary>
    public const string NoSuchChild = "There is no such child that you can see.";

    /// <summary>Open and unexpired invitations by address: one for the whole family, or several for different children.</summary>
    public required Dictionary<string, List<OpenInvite>> Open { get; init; }

    /// <summary>Members by proven address.</summary>
    public required Dictionary<string, Member> Members { get; init; }

    /// <summary>Addresses that blocked the family, answered STOP to a text, or said no lately; they look alike.</summary>
    public required HashSet<string> Unwilling { get; init; }

    /// <summary>The profiles that are named, with the account that signs in as each, if any.</summary>
    public required Dictionary<Guid, Guid?> Profiles { get; init; }

    /// <summary>Open and unexpired invitations by the profile that they are for.</summary>
    public required Dictionary<Guid, Guid> OpenByProfile { get; init; }

    /// <summary>Open and unexpired invitations of the family.</summary>
    public int Pending { get; set; }

    /// <summary>
    /// Reads under the family's lock; open invitations past their end are set to expired, so that their address is free again.
    /// One statement says what there is; only what is there is loaded.
    /// </summary>
    public static Task<InviteFacts> LoadAsync(KinviteDbContext db, Guid familyId, IReadOnlyCollection<InviteDraft> drafts, DateTimeOffset now, CancellationToken ct) =>
        LoadAsync(
            db, familyId, [.. drafts.Select(d => d.To?.Key).OfType<string>().Distinct(StringComparer.Ordinal)],
            [.. drafts.Select(d => d.MemberId).OfType<Guid>().Distinct()], now, ct);

    /// <summary>The same for addresses and profiles.</summary>
    public static async Task<InviteFacts> LoadAsync(
        KinviteDbContext db, Guid familyId, IReadOnlyList<string> keys, IReadOnlyList<Guid> profiles, DateTimeOffset now, CancellationToken ct)
    {
        var known = keys.Count == 0 ? [] : await KnownAsync(db, familyId, [.. keys], now, ct);
        var open = known.Exists(k => k.IsInvited) ? await OpenAsync(db, familyId, keys, ct) : [];
        var forProfiles = profiles.Count == 0 ? [] : await db.Invitations.Include(i => i.Children).Where(i => i.FamilyId == familyId && profiles.Contains(i.MemberId!.Value)
            && (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced)).ToListAsync(ct);
        foreach (var invitation in open.Select(o => o.Invitation).Concat(forProfiles))
        {
            invitation.Tidy(now);
        }

        return new()
        {
            Open = open.Where(o => o.Invitation.IsOpen).GroupBy(o => o.Invitation.AddressKey!, StringComparer.Ordinal).ToDictionary(o => o.Key, o => o.ToList(), StringComparer.Ordinal),
            Profiles = profiles.Count == 0 ? [] : await db.Members.Where(m => m.FamilyId == familyId && profiles.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.AccountId, ct),
            OpenByProfile = forProfiles.Where(i => i.IsOpen).ToDictionary(i => i.MemberId!.Value, i => i.Id),
            Members = known.Exists(k => k.IsMember) ? await MembersAsync(db, familyId, keys, ct) : [],
            Unwilling = [.. known.Where(k => k.IsUnwilling).Select(k => k.Key)],
            Pending = known.Count > 0 ? known[0].Pending : await PendingAsync(db, familyId, now, ct),
        };
    }

    /// <summary>
    /// The open invitation to an address that opens the same: only one that <paramref name="actor"/> may see, for what one does not see stands in nobody's
    /// way, and two that share no child are two questions.
    /// </summary>
    public OpenInvite? InTheWay(string key, Grant grant, Actor actor, Guid? except = null) => Open.GetValueOrDefault(key)?.Find(o =>
        o.Invitation.Id != except && Sees.Invitation(actor, o.Invitation.WholeFamily, [.. o.Invitation.Children.Select(c => c.ChildId)], o.Invitation.MemberId)
        && (grant.WholeFamily || o.Invitation.WholeFamily || o.Invitation.Children.Exists(c => grant.Children.ContainsKey(c.ChildId))));

    /// <summary>One more that is open from now on.</summary>
    public void Opened(OpenInvite opened)
    {
        if (opened.Invitation.AddressKey is { } key)
        {
            (Open.TryGetValue(key, out var open) ? open : Open[key] = []).Add(opened);
        }
    }

    /// <summary>How many invitations of a family wait; those past their end do not count.</summary>
    public static Task<int> PendingAsync(KinviteDbContext db, Guid familyId, DateTimeOffset now, CancellationToken ct) => db.Invitations.CountAsync(
        i => i.FamilyId == familyId && (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced) && i.ExpiresAt > now, ct);

    /// <summary>Those of <paramref name="drafts"/> that name a child whom <paramref name="me"/> cannot see; no statement where none names a child.</summary>
    public static async Task<IReadOnlyList<InviteDraft>> UnknownChildrenAsync(
        KinviteDbContext db, Insider me, IReadOnlyList<InviteDraft> drafts, CancellationToken ct)
    {
        var wanted = drafts.SelectMany(d => d.Given.Children.Keys).ToHashSet();
        if (wanted.Count == 0)
        {
            return [];
        }

        var childRoles = me.Kind.Roles.Where(r => r.Child).Select(r => r.Key).ToList();
        var known = await db.Members.Where(m => m.FamilyId == me.Family.Id && wanted.Contains(m.Id) && m.AccountId == null && childRoles.Contains(m.Role))
            .Where(Visible.Members(me.Actor)).Select(m => m.Id).ToListAsync(ct);
        return [.. drafts.Where(d => d.Given.Children.Keys.Any(c => !known.Contains(c)))];
    }

    /// <summary>Those of <paramref name="drafts"/> that name a profile whom <paramref name="me"/> cannot see; no statement where none names one.</summary>
    public static async Task<IReadOnlyList<InviteDraft>> UnknownProfilesAsync(
        KinviteDbContext db, Insider me, IReadOnlyList<InviteDraft> drafts, CancellationToken ct)
    {
        var wanted = drafts.Select(d => d.MemberId).OfType<Guid>().ToHashSet();
        if (wanted.Count == 0)
        {
            return [];
        }

        var known = await db.Members.Where(m => m.FamilyId == me.Family.Id && wanted.Contains(m.Id)).Where(Visible.Members(me.Actor)).Select(m => m.Id).ToListAsync(ct);
        return [.. drafts.Where(d => d.MemberId is { } profile && !known.Contains(profile))];
    }

    // The statuses are literals, as in the conditions of the indexes: 1 pending, 3 declined, 6 bounced.
    private static Task<List<KnownAddress>> KnownAsync(KinviteDbContext db, Guid familyId, string[] keys, DateTimeOffset now, CancellationToken ct) =>
        db.Database.SqlQuery<KnownAddress>($"""
            SELECT k.key AS "Key",
                EXISTS (SELECT 1 FROM invitations i WHERE i.address_key = k.key AND i.family_id = {familyId} AND i.status IN (1, 6)) AS "IsInvited",
                EXISTS (SELECT 1 FROM account_addresses a JOIN members m ON m.account_id = a.account_id AND m.family_id = {familyId}
                    WHERE a.key = k.key AND a.proven_at IS NOT NULL) AS "IsMember",
                EXISTS (SELECT 1 FROM invitation_blocks b WHERE b.address_key = k.key AND (b.family_id = {familyId} OR b.family_id IS NULL))
                    OR EXISTS (SELECT 1 FROM text_stops s WHERE s.address_key = k.key)
                    OR EXISTS (SELECT 1 FROM invitations i WHERE i.family_id = {familyId} AND i.address_key = k.key AND i.status = 3
                        AND i.ended_at > {now.AddDays(-DaysAfterDecline)}) AS "IsUnwilling",
                (SELECT count(*)::int FROM invitations i WHERE i.family_id = {familyId} AND i.status IN (1, 6) AND i.expires_at > {now}) AS "Pending"
            FROM unnest({keys}) AS k (key)
            """).ToListAsync(ct);

    private static async Task<List<OpenInvite>> OpenAsync(KinviteDbContext db, Guid familyId, IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        var rows = await InviteRow.Of(db, db.Invitations.Include(i => i.Children)
            .Where(i => i.FamilyId == familyId && keys.Contains(i.AddressKey!) && (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced))).ToListAsync(ct);
        return [.. rows.Select(r => new OpenInvite(r.Invitation, r.Message, r.InviterName))];
    }

    private static async Task<Dictionary<string, Member>> MembersAsync(KinviteDbContext db, Guid familyId, IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        var members = await (
            from address in db.Addresses
            where address.ProvenAt != null && keys.Contains(address.Key)
            join member in db.Members.AsNoTracking().Include(m => m.Children) on (Guid?)address.AccountId equals member.AccountId
            where member.FamilyId == familyId
            select new { address.Key, Member = member }).ToListAsync(ct);
        return members.ToDictionary(m => m.Key, m => m.Member, StringComparer.Ordinal);
    }

    private sealed record KnownAddress(string Key, bool IsInvited, bool IsMember, bool IsUnwilling, int Pending);
}

/// <summary>An open invitation with its newest message.</summary>
internal sealed record OpenInvite(Invitation Invitation, OutboxMessage? Message, string? InviterName);
