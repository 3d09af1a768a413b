using System.Data.Common;
using System.Runtime.CompilerServices;
using Kinvite.Accounts;
using Kinvite.Activity;
using Kinvite.Devices;
using Kinvite.Families;
using Kinvite.Invitations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Kinvite.Telemetry;

/// <summary>
/// Counts invitations, open links, tablets and sign-ins by what is saved, once it is committed: whatever use case did it, and however often it was run again. What is
/// rolled back, or whose commit is not answered, is not counted.
/// </summary>
internal sealed class CommittedMetrics(KinviteMetrics metrics) : SaveChangesInterceptor, IDbTransactionInterceptor
{
    private readonly ConditionalWeakTable<DbContext, Pending> pending = [];

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { } db)
        {
            Collect(db);
        }

        return ValueTask.FromResult(result);
    }

    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        // One statement alone is its own transaction.
        if (eventData.Context is { } db && pending.TryGetValue(db, out var saved) && saved.Transaction is null)
        {
            saved.Count();
        }

        return ValueTask.FromResult(result);
    }

    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default) => ForgetAsync(eventData.Context);

    public override Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default) => ForgetAsync(eventData.Context);

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { } db && pending.TryGetValue(db, out var saved) && (saved.Transaction is null || saved.Transaction == eventData.TransactionId))
        {
            saved.Count();
        }

        return Task.CompletedTask;
    }

    private Task ForgetAsync(DbContext? db)
    {
        if (db is not null && pending.TryGetValue(db, out var saved))
        {
            saved.Clear();
        }

        return Task.CompletedTask;
    }

    private void Collect(DbContext db)
    {
        // Null: this save makes one for itself. What another one left behind was rolled back.
        var transaction = db.Database.CurrentTransaction?.TransactionId;
        if (pending.TryGetValue(db, out var saved) && (transaction is null || saved.Transaction != transaction))
        {
            saved.Clear();
        }

        foreach (var entry in db.ChangeTracker.Entries())
        {
            if (Of(db, entry) is { } count)
            {
                saved ??= pending.GetOrCreateValue(db);
                saved.Transaction = transaction;
                saved.Add(count);
            }
        }
    }

    private Action? Of(DbContext db, EntityEntry entry)
    {
        switch (entry.Entity)
        {
            case Invitation invitation when What(entry, invitation) is { } what:
                var (kind, channel) = (KindOf(db, invitation.FamilyId), invitation.Channel);
                return () => metrics.Invitation(what, kind, channel);
            // Accepting writes the invitation by a statement of its own: one row or none.
            case ActivityEntry { Type: ActivityTypes.InviteAccepted } accepted when entry.State == EntityState.Added:
                var used = db.Set<Invitation>().Local.FindEntry(accepted.SubjectId!.Value)?.Entity;
                return () => metrics.Invitation(InvitationEvents.Accepted, KindOf(db, accepted.FamilyId), used?.Channel);
            case InviteLink link when What(entry, link) is { Count: > 0 } what:
                var linkKind = KindOf(db, link.FamilyId);
                return () => what.ForEach(w => metrics.Link(w, linkKind));
            case Device device when entry.State is EntityState.Added or EntityState.Deleted:
                var (added, deviceKind) = (entry.State == EntityState.Added, KindOf(db, device.FamilyId));
                return () => metrics.Tablet(added, deviceKind);
            case Session session when entry.State == EntityState.Added:
                return () => metrics.SignIn(session.Kind);
            default:
                return null;
        }
    }

    private static string? What(EntityEntry entry, Invitation invitation)
    {
        if (entry.State != EntityState.Modified)
        {
            return entry.State == EntityState.Added ? InvitationEvents.Created : null;
        }

        if (entry.Property(nameof(Invitation.Generation)).IsModified)
        {
            return InvitationEvents.Resent;
        }

        return !entry.Property(nameof(Invitation.Status)).IsModified ? null : invitation.Status switch
        {
            InvitationStatus.Accepted => InvitationEvents.Accepted,
            InvitationStatus.Declined => InvitationEvents.Declined,
            InvitationStatus.Revoked => InvitationEvents.Revoked,
            InvitationStatus.Expired => InvitationEvents.Expired,
            InvitationStatus.Bounced => InvitationEvents.Bounced,
            InvitationStatus.Pending => null,
        };
    }

    private static List<string> What(EntityEntry entry, InviteLink link)
    {
        List<string> what = entry.State == EntityState.Added ? [LinkEvents.Created] : [];
        if (entry.State == EntityState.Modified && entry.Property(nameof(InviteLink.Uses)).IsModified)
        {
            what.Add(LinkEvents.Used);
        }

        if (entry.State == EntityState.Modified && entry.Property(nameof(InviteLink.Status)).IsModified)
        {
            what.AddRange(link.Status switch
            {
                InviteLinkStatus.Revoked => [LinkEvents.Revoked],
                InviteLinkStatus.Replaced => [LinkEvents.Replaced],
                InviteLinkStatus.Expired => [LinkEvents.Expired],
                InviteLinkStatus.Used => [LinkEvents.Full],
                InviteLinkStatus.Active => Array.Empty<string>(),
            });
        }

        return what;
    }

    // Whoever changes an invitation has locked, and so loaded, its family.
    private static string? KindOf(DbContext db, Guid familyId) => db.Set<Family>().Local.FindEntry(familyId)?.Entity.Kind;

    /// <summary>What a context has saved and not committed yet. A context is used by one at a time.</summary>
    private sealed class Pending
    {
        private readonly List<Action> counts = [];

        public Guid? Transaction { get; set; }

        public void Add(Action count) => counts.Add(count);

        public void Count()
        {
            counts.ForEach(count => count());
            counts.Clear();
        }

        public void Clear() => counts.Clear();
    }
}
