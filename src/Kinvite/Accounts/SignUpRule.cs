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
                var open = db.Invitations.Where(i =>
                    (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced) && i.ExpiresAt > now);
                return await open.AnyAsync(i => i.AddressKey == addressKey, ct)
                    || (link is not null && await open.AnyAsync(
                        i => i.Id == link.Id && i.Generation == link.Generation
                            && db.KeyEpochs.Any(e => e.Number == link.Epoch && (e.EndsAt == null || e.EndsAt > now)),
                        ct))
                    ? null
                    : AccountProblems.SignUpByInvitation;
        }
    }
}
