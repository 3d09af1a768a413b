using System.Globalization;
using CsvHelper;
using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>A family's invitations as a file for spreadsheets, newest first: what the list shows, and no more. Its columns can be imported again.</summary>
internal sealed class ExportInvites(KinviteDbContext db, FamilyDoor door, TimeProvider clock)
{
    /// <summary>Rows in one file; a family that has invited more often takes the newest.</summary>
    public const int MostRows = 10_000;

    private static readonly string[] Header =
    [
        "email", "phone", "name", "role", "permission", "children", "accessUntil", "language", "status", "delivery", "seenAt", "invitedBy", "createdAt", "expiresAt",
        "acceptedAt", "acceptedBy",
    ];

    public async Task<Result<byte[]>> HandleAsync(Guid familyId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.InvitesManage)) is not null)
        {
            return problem;
        }

        var me = entered.Value;
        var rows = await InviteRow.Of(db, db.Invitations.AsNoTracking().Include(i => i.Children).Where(i => i.FamilyId == familyId)
            .Where(Visible.Invitations(me.Actor)).OrderByDescending(i => i.Id).Take(MostRows)).ToListAsync(ct);
        var names = await db.Members.Where(m => m.FamilyId == familyId && db.InvitationChildren.Any(c => c.FamilyId == familyId && c.ChildId == m.Id))
            .Where(Visible.Members(me.Actor)).ToDictionaryAsync(m => m.Id, m => m.Name, ct);
        return Write(rows.Select(r => InviteResponse.Of(r, clock.Now())), names);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("/invites.csv", GetAsync)
        .WithName(nameof(ExportInvites)).Produces<string>(200, "text/csv").ProducesProblem(403).ProducesProblem(404);

    private static byte[] Write(IEnumerable<InviteResponse> invites, Dictionary<Guid, string> children)
    {
        using var file = new MemoryStream();
        // With a byte-order mark, because some spreadsheets guess another encoding without it.
        using (var csv = CsvWriter.Create(file, new() { WriteByteOrderMark = true }, leaveOpen: true))
        {
            WriteRow(csv, Header);
            foreach (var i in invites)
            {
                WriteRow(csv,
                [
                    i.Email, i.Phone, i.Name, i.Role, Word(i.Permission), string.Join("; ", i.Children.Select(c => children.GetValueOrDefault(c.ChildId)).OfType<string>()),
                    At(i.AccessUntil), i.Locale, Word(i.Status), Word(i.Delivery.State), At(i.SeenAt), i.InvitedBy.Name, At(i.CreatedAt), At(i.ExpiresAt), At(i.AcceptedAt),
                    i.AcceptedBy?.Name,
                ]);
            }
        }

        return file.ToArray();
    }

    private static void WriteRow(CsvWriter csv, IEnumerable<string?> cells)
    {
        foreach (var cell in cells)
        {
            csv.WriteField(CsvCell.Write(cell));
        }

        csv.EndRecord();
    }

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();

    private static string? At(DateTimeOffset? at) => at?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    [EndpointSummary("All invitations as a file for spreadsheets")]
    [EndpointDescription("UTF-8 with a byte-order mark, at most the newest 10000. Cells that begin like a formula have an apostrophe before them.")]
    private static async Task<IResult> GetAsync(Guid familyId, ExportInvites export, CancellationToken ct) =>
        (await export.HandleAsync(familyId, ct)).ToHttp(file => TypedResults.File(file, "text/csv; charset=utf-8", "invitations.csv"));
}
