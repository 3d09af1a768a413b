using Kinvite.Http;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>
/// "I don't know them": no more invitations from this server to the address that a mail went to. The link in the mail is proof enough, needs no
/// account, works for ever, and tells nobody. Also the mail program's one click (RFC 8058): a POST without cookies acts, a GET never does.
/// </summary>
internal sealed class StopInvitations(KinviteDbContext db, KeyRing keys, TimeProvider clock)
{
    public async Task<Result<OkResponse>> HandleAsync(string token, CancellationToken ct)
    {
        if (keys.ReadStopToken(token) is not { } link)
        {
            return InvitationProblems.Unknown;
        }

        var key = await db.Invitations.Where(i => i.Id == link.Id).Select(i => i.AddressKey).SingleOrDefaultAsync(ct);
        if (key is not null && link.IsFor(key))
        {
            // One statement, so that two clicks at once are one block.
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO invitation_blocks (id, family_id, address_key, created_at) VALUES ({Guid.CreateVersion7(clock.Now())}, NULL, {key}, {clock.Now()})
                ON CONFLICT (address_key, family_id) DO NOTHING
                """,
                ct);
        }

        // An address that was erased or corrected in the meantime gets nothing any more, either, and whoever has it now was not asked: the same answer.
        return OkResponse.Yes;
    }
}
