using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Kinvite.Accounts;

/// <summary>Who may make an account here: anybody, the invited, or nobody (<c>Kinvite:SignUp</c>).</summary>
internal sealed class SignUpRule(KinviteDbContext db, IOptions<KinviteOptions> options)
{
    /// <summary>
    /// Null when an account may be made before its address is proven. Whether the address is invited is not looked at: the answer would tell it to anybody.
    /// </summary>
    public async Task<Problem?> RefuseUnprovenAsync(LinkToken? link, DateTimeOffset now, CancellationToken ct) => options.Value.SignUp switch
    {
        "open" => null,
        "closed" => AccountProblems.SignUpClosed,
        _ => link is not null && await IsOpenAsync(link, now, ct) ? null : AccountProblems.SignUpByLink,
    };

    /// <summary>Null unless nobody gets an account here.</summary>
    public Problem? Closed => options.Value.SignUp == "closed" ? AccountProblems.SignUpClosed : null;

    /// <summary>Null when a new account may be made for this address.</summary>
    /// <param name="addressKey">Proven a moment ago.</param>
    /// <param name="link">The link that the person came by; handed over, it invites whoever holds it.</param>
    /// <param name="now">The clock.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Problem?> RefuseAsync(string addressKey, LinkToken? link, DateTimeOffset now, CancellationToken ct)
    {
        switch (options.Value.SignUp)
        {
            case "open":
                return null;
            case "closed":
                return AccountProblems.SignUpClosed;
            default:
                return await Open(now).AnyAsync(i => i.AddressKey == addressKey, ct) || (link is not null && await IsOpenAsync(link, now, ct))
                    ? null
                    : AccountProblems.SignUpByInvitation;
        }
    }

    private IQueryable<Invitation> Open(DateTimeOffset now) =>
        db.Invitations.Where(i => (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced) && i.ExpiresAt > now);

    private Task<bool> IsOpenAsync(LinkToken link, DateTimeOffset now, CancellationToken ct)
    {
        var alive = db.KeyEpochs.Where(e => e.Number == link.Epoch && (e.EndsAt == null || e.EndsAt > now));
        return link.Kind == LinkKind.Open
            ? db.InviteLinks.AnyAsync(
                l => l.Id == link.Id && l.Status == InviteLinkStatus.Active && l.ExpiresAt > now && (l.MaxUses == null || l.Uses < l.MaxUses) && alive.Any(), ct)
            : Open(now).AnyAsync(i => i.Id == link.Id && i.Generation == link.Generation && alive.Any(), ct);
    }
}
