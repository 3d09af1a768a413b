using Kinvite.Rights;

namespace Kinvite.Members;

/// <summary>How somebody sees a child: what they may do, since when, by whom and until when.</summary>
/// <param name="Permission">What they may do for the child.</param>
/// <param name="Since">Since when they see it: nobody saw a child before it was there.</param>
/// <param name="By">Who let them: a member id that may be gone; null for who founded the family.</param>
/// <param name="Until">When it ends; null = no end.</param>
internal sealed record Sight(Permission Permission, DateTimeOffset Since, Guid? By, DateTimeOffset? Until)
{
    /// <summary>Null for who does not see the child, and for a profile: nobody looks through it.</summary>
    public static Sight? Of(Member watcher, Member child) => watcher.AccountId is null ? null
        : watcher.Children.Find(c => c.ChildId == child.Id) is { } own ? new(own.Permission, own.Since, own.GivenBy ?? watcher.InvitedBy, watcher.EndFor(own))
        : watcher.WholeFamily ? new(watcher.Permission, watcher.JoinedAt > child.JoinedAt ? watcher.JoinedAt : child.JoinedAt, watcher.InvitedBy, watcher.AccessUntil)
        : null;
}
