using Kinvite.Delivery.Letters;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>The command <c>setup-link</c>: prints the link with which the first person signs up. No log has it.</summary>
internal sealed class SetUpLink(KinviteDbContext db, KeyRing keys, PublicLinks links)
{
    /// <returns>The exit code: 0, or 1 once there is an account.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        if (await db.Accounts.AnyAsync(ct))
        {
            await Console.Error.WriteLineAsync("There is an account already, so the set-up link is over: sign in, and invite others from there.");
            return 1;
        }

        await Console.Out.WriteLineAsync(links.To($"/sign-up/first/{keys.SetUpToken()}"));
        return 0;
    }
}
