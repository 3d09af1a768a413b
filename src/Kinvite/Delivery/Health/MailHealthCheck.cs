using Kinvite.Hosting;
using Microsoft.Extensions.Options;

namespace Kinvite.Delivery.Health;

/// <summary>Looks up what receivers look up, for the operator's page; takes a few seconds where name servers are slow.</summary>
internal sealed class MailHealthCheck(MailSetup mail, IOptions<KinviteOptions> options, DnsTxt dns)
{
    /// <summary>Resend signs with this selector, and sends from a domain below the sender's.</summary>
    private const string ResendSelector = "resend";
    private const string ResendBounces = "send.";

    /// <summary>How far above the sender's domain its policy may stand: <c>mail.family.example.co.uk</c> is as deep as it gets.</summary>
    private const int MostParents = 3;

    /// <summary>Null when no mail leaves this server.</summary>
    public async Task<MailHealth?> CheckAsync(CancellationToken ct)
    {
        if (mail.Way is not (MailWay.Smtp or MailWay.Resend) || mail.From.Ascii is not { } from)
        {
            return null;
        }

        var domain = from[(from.LastIndexOf('@') + 1)..].ToLowerInvariant();
        var (spf, dkim, dmarc) = (SpfAsync(domain, ct), DkimAsync(domain, ct), DmarcAsync(domain, ct));
        return new(domain, await spf, await dkim, await dmarc);
    }

    private async Task<MailFinding> SpfAsync(string domain, CancellationToken ct)
    {
        var name = mail.Way == MailWay.Resend ? ResendBounces + domain : domain;
        return MailRecords.Spf(name, await dns.LookUpAsync(name, ct));
    }

    private async Task<MailFinding> DkimAsync(string domain, CancellationToken ct)
    {
        var selector = mail.Way == MailWay.Resend ? ResendSelector : options.Value.Smtp.DkimSelector;
        if (string.IsNullOrWhiteSpace(selector))
        {
            return new(MailRecord.Unknown, $"_domainkey.{domain}", null);
        }

        var name = $"{selector}._domainkey.{domain}";
        return MailRecords.Dkim(name, await dns.LookUpAsync(name, ct));
    }

    private async Task<MailFinding> DmarcAsync(string domain, CancellationToken ct)
    {
        var first = MailRecords.Dmarc($"_dmarc.{domain}", await dns.LookUpAsync($"_dmarc.{domain}", ct), ofParent: false);
        for (var (parent, i) = (Parent(domain), 0); first.Record == MailRecord.Missing && parent is not null && i < MostParents; parent = Parent(parent), i++)
        {
            var above = MailRecords.Dmarc($"_dmarc.{parent}", await dns.LookUpAsync($"_dmarc.{parent}", ct), ofParent: true);
            if (above.Record != MailRecord.Missing)
            {
                return above;
            }
        }

        return first;
    }

    private static string? Parent(string domain)
    {
        var rest = domain[(domain.IndexOf('.', StringComparison.Ordinal) + 1)..];
        return rest.Length < domain.Length && rest.Contains('.', StringComparison.Ordinal) ? rest : null;
    }
}
