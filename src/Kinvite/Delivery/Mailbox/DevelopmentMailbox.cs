using System.Globalization;
using Kinvite.Delivery.Mime;
using Kinvite.Delivery.Texts;
using Kinvite.Hosting;
using Microsoft.Extensions.Options;

namespace Kinvite.Delivery.Mailbox;

/// <summary>
/// Mails and texts as files: <c>{DataDirectory}/mailbox/{outbox id}.eml</c>, which any mail program opens. A second try of a row replaces its file.
/// </summary>
internal sealed class DevelopmentMailbox(IOptions<KinviteOptions> options, MailSetup setup, TimeProvider clock)
{
    /// <summary>The page shows no more than these.</summary>
    public const int Shown = 200;

    private string DataDirectory => options.Value.DataDirectory ?? throw new InvalidOperationException("Kinvite__DataDirectory is missing.");

    private string Directory => Path.Combine(DataDirectory, "mailbox");

    /// <summary>Written beside the mailbox and moved into it, so that a reader never meets half a mail.</summary>
    public Task AddAsync(OutgoingMail mail, CancellationToken ct) => KeepAsync(mail.Id, MimeWriter.Write(mail, setup.From, setup.MessageId(mail.Id), clock.Now()), ct);

    /// <summary>A text, kept as a mail to its number.</summary>
    public Task AddAsync(OutgoingText text, CancellationToken ct) => KeepAsync(text.Id, MimeWriter.Write(text, setup.MessageId(text.Id), clock.Now()), ct);

    /// <summary>Newest first, at most <see cref="Shown"/>.</summary>
    public async Task<IReadOnlyList<MailboxEntry>> ListAsync(CancellationToken ct)
    {
        if (!System.IO.Directory.Exists(Directory))
        {
            return [];
        }

        var files = new DirectoryInfo(Directory).GetFiles("*.eml")
            .OrderByDescending(f => f.LastWriteTimeUtc).ThenByDescending(f => f.Name, StringComparer.Ordinal).Take(Shown);
        var entries = new List<MailboxEntry>();
        foreach (var file in files)
        {
            if (Guid.TryParseExact(Path.GetFileNameWithoutExtension(file.Name), "N", out var id) && await FindAsync(id, ct) is { } mail)
            {
                entries.Add(new(id, mail));
            }
        }

        return entries;
    }

    public async Task<ReadMail?> FindAsync(Guid id, CancellationToken ct)
    {
        try
        {
            return MimeReader.Read(await File.ReadAllBytesAsync(PathOf(id), ct));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private async Task KeepAsync(Guid id, byte[] message, CancellationToken ct)
    {
        System.IO.Directory.CreateDirectory(Directory);
        var draft = Path.Combine(DataDirectory, $"mailbox-{id:N}-{Environment.ProcessId}.tmp");
        await File.WriteAllBytesAsync(draft, message, ct);
        File.Move(draft, PathOf(id), overwrite: true);
    }

    private string PathOf(Guid id) => Path.Combine(Directory, id.ToString("N", CultureInfo.InvariantCulture) + ".eml");
}

/// <summary>One mail in the development mailbox.</summary>
/// <param name="Id">The outbox row's id.</param>
/// <param name="Mail">What is in the file.</param>
public sealed record MailboxEntry(Guid Id, ReadMail Mail);
