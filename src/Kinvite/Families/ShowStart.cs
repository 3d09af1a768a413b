using Kinvite.AccessRequests;
using Kinvite.Devices;
using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Pages;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Kinvite.Families;

/// <summary>The start page: what this is, or one's families and what waits. Four statements however many families there are, for members who see all of them.</summary>
internal sealed class ShowStart(KinviteDbContext db, FamilyKinds kinds, MyInvites invites, CurrentAccount account, TabletCookie tablet, IOptions<KinviteOptions> options, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/", static (HttpContext http, ShowStart start, CancellationToken ct) => start.HandleAsync(http, ct)).ExcludeFromDescription();

    private async Task<IResult> HandleAsync(HttpContext http, CancellationToken ct)
    {
        if (!account.IsSignedIn)
        {
            // A family's tablet starts with the faces.
            if (account.IsChild || tablet.Read(http.Request) is not null)
            {
                return new SeeOther("/who");
            }

            return PageAnswers.Page<StartPage>(StatusCodes.Status200OK, (nameof(StartPage.TakesNew), options.Value.SignUp == "open"));
        }

        return PageAnswers.Page<StartPage>(
            StatusCodes.Status200OK,
            (nameof(StartPage.Families), await FamiliesAsync(ct)),
            (nameof(StartPage.Invites), (await invites.LoadAsync(PageRequest.First, ct)).Items));
    }

    private async Task<List<FamilyCard>> FamiliesAsync(CancellationToken ct)
    {
        var now = clock.Now();
        var rows = await (
            from member in db.Members.AsNoTracking().Include(m => m.Children)
            where member.AccountId == account.Id && (member.AccessUntil == null || member.AccessUntil > now)
            join family in db.Families.AsNoTracking() on member.FamilyId equals family.Id
            orderby family.Id == account.DefaultFamilyId descending, family.Id descending
            select new { Family = family, Member = member }).ToListAsync(ct);
        var places = rows.Select(r => Place.Of(r.Family, r.Member, kinds.TryFind(r.Family.Kind), now)).OfType<Place>().ToList();
        var whole = places.Where(p => p.Actor.WholeFamily).Select(p => p.Family.Id).ToList();
        var people = await db.Members.Where(m => whole.Contains(m.FamilyId))
            .GroupBy(m => m.FamilyId).ToDictionaryAsync(g => g.Key, g => g.Count(), ct);
        var answering = places.Where(p => p.Answers).Select(p => (Guid?)p.Family.Id).ToList();
        var requests = await db.AccessRequests.Where(r => answering.Contains(r.FamilyId) && r.Status == AccessRequestStatus.Pending)
            .GroupBy(r => r.FamilyId!.Value).ToDictionaryAsync(g => g.Key, g => g.Count(), ct);
        foreach (var limited in places.Where(p => !p.Actor.WholeFamily))
        {
            if (RightsRule.Decide(limited.Actor, Capabilities.RequestsManage).Allowed)
            {
                requests[limited.Family.Id] = await db.AccessRequests.Where(r => r.FamilyId == limited.Family.Id && r.Status == AccessRequestStatus.Pending)
                    .CountAsync(Visible.AccessRequests(limited.Actor, db.Invitations), ct);
            }

            people[limited.Family.Id] = await db.Members.Where(m => m.FamilyId == limited.Family.Id).Where(Visible.Members(limited.Actor)).CountAsync(ct);
        }

        return [.. places.Select(p => new FamilyCard(p.Family.Id, p.Family.Name, p.RoleName, people[p.Family.Id], requests.GetValueOrDefault(p.Family.Id)))];
    }

    private sealed record Place(Family Family, Actor Actor, string RoleName)
    {
        public bool Answers => Actor.WholeFamily && RightsRule.Decide(Actor, Capabilities.RequestsManage).Allowed;

        public static Place? Of(Family family, Member member, FamilyKind? kind, DateTimeOffset now) =>
            kind is not null && member.AsActor(kind, now) is { } actor ? new(family, actor, kind.FindRole(member.Role)?.Name.ToString() ?? member.Role) : null;
    }
}
