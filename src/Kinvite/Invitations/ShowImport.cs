using System.Globalization;
using System.Text;
using Kinvite.Delivery;
using Kinvite.Delivery.Texts;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;

namespace Kinvite.Invitations;

/// <summary>A file that was read: what the page shows of it, and the people in it who can be invited.</summary>
internal sealed record ReadFile(ImportView View, IReadOnlyList<InviteEntry> Entries);

/// <summary>Inviting from a file: reads it and shows what would be done; nothing is kept and nobody is asked.</summary>
internal sealed class ShowImport(KinviteDbContext db, FamilyDoor door, MailSetup mail, TextReadiness texts, TextSetup setup, CurrentAccount account, TimeProvider clock)
{
    public async Task<Result<ReadFile>> HandleAsync(Guid familyId, byte[]? file, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.InvitesManage)) is not null)
        {
            return problem;
        }

        var me = entered.Value;
        var view = new ImportView { FamilyId = familyId, Choices = await InviteChoices.LoadAsync(db, me, mail, texts, ct) };
        if (file is null)
        {
            return new ReadFile(view, []);
        }

        var read = CsvImport.Read(file, me.Kind, number => view.Choices.PhoneIsOn && setup.Serves(number), account.TimeZone, clock.Now());
        List<InviteEntry> entries = [.. read.Rows.Select(r => r.Entry).OfType<InviteEntry>()];
        return new ReadFile(
            view with
            {
                Rows = [.. read.Rows.Select(r => Describe(r, me.Kind))],
                Ignored = read.Ignored,
                Trouble = read.Trouble is { } trouble ? trouble.ToString() : null,
                Ready = Write(entries),
            },
            entries);
    }

    private static ImportRow Describe(CsvRow row, FamilyKind kind) => new(
        row.Line,
        row.Address,
        row.Entry?.Name,
        row.Entry?.Role is { } role ? kind.FindRole(role)?.Name.ToString() : null,
        row.Entry?.AccessUntil,
        [.. row.Faults.Select(f => (f.Problem.ToString(), f.Cell))]);

    // The page carries the people, not the file: nothing has to be kept between the two steps, and what comes back is checked like any file.
    private static string Write(IEnumerable<InviteEntry> entries)
    {
        var csv = new StringBuilder("email,phone,name,role,accessUntil,language\n");
        foreach (var entry in entries)
        {
            csv.AppendJoin(',', new[] { entry.Email, entry.Phone, entry.Name, entry.Role, entry.AccessUntil?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), entry.Locale }.Select(Cell)).Append('\n');
        }

        return csv.ToString();
    }

    private static string Cell(string? text) => $"\"{CsvCell.Write(text)?.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
