using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.AccessRequests;

/// <summary>What somebody sees who wants to get in: the same for a family that is there and one that is not, unless they are inside.</summary>
internal sealed class ShowAsk(KinviteDbContext db, ListMyRequests list, CurrentAccount account, TimeProvider clock)
{
    private const int Shown = 20;

    public async Task<AskView> HandleAsync(AskTarget? target, string? cursor, CancellationToken ct)
    {
        if (!account.IsSignedIn)
        {
            return new AskView { State = target is null ? AskState.Nowhere : AskState.SignedOut, Target = target };
        }

        var listed = await list.HandleAsync(Shown, cursor, ct);
        var view = new AskView
        {
            State = target is null ? AskState.Nowhere : account.IsGuest ? AskState.Guest : AskState.CanAsk,
            Target = target,
            Mine = listed.Problem is null ? listed.Value.Items : [],
            Next = listed.Problem is null ? listed.Value.Next : null,
        };
        return target is null || account.IsGuest ? view : await StandingAsync(view, target, ct);
    }

    private async Task<AskView> StandingAsync(AskView view, AskTarget target, CancellationToken ct)
    {
        var now = clock.Now();
        var me = await MembershipAsync(target, ct);
        if (me is not null && me.Sees(target.IsChild ? target.Id : null, now))
        {
            return view with { State = AskState.Inside, FamilyId = me.FamilyId };
        }

        var last = await db.AccessRequests.AsNoTracking().Where(r => r.AccountId == account.Id && r.TargetId == target.Id).OrderByDescending(r => r.Id).FirstOrDefaultAsync(ct);
        return last switch
        {
            { Status: AccessRequestStatus.Pending } => view with { State = AskState.Waits, Waiting = last.Id },
            { RestsUntil: { } end } when end > now && !await db.RequestBlocks.AnyAsync(b => b.FamilyId == last.FamilyId && b.AccountId == account.Id, ct) =>
                view with { State = AskState.Rests, RestsUntil = end },
            _ => view,
        };
    }

    private Task<Member?> MembershipAsync(AskTarget target, CancellationToken ct)
    {
        var mine = db.Members.AsNoTracking().Include(m => m.Children).Where(m => m.AccountId == account.Id);
        return target.IsChild
            ? mine.FirstOrDefaultAsync(m => db.Members.Any(c => c.FamilyId == m.FamilyId && c.Id == target.Id && c.AccountId == null), ct)
            : mine.FirstOrDefaultAsync(m => m.FamilyId == target.Id, ct);
    }
}
