using Kinvite.Accounts.Oidc;
using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Delivery.Reports;
using Kinvite.Operator;

namespace Kinvite.Hosting;

/// <summary>Rules between options; every error names the setting and the remedy.</summary>
internal static class KinviteOptionsCheck
{
    /// <summary>Throws <see cref="StartRefusedException"/> with all that is wrong, one sentence a line.</summary>
    public static void Check(KinviteOptions options, IHostEnvironment environment)
    {
        var errors = Errors(options, environment).ToList();
        if (errors.Count > 0)
        {
            throw new StartRefusedException(string.Join(Environment.NewLine, errors));
        }
    }

    internal static IEnumerable<string> Errors(KinviteOptions options, IHostEnvironment environment)
    {
        if (options.PublicUrl is null)
        {
            yield return "Kinvite__PublicUrl is missing: set it to the address people open, for example https://family.example.org (all links are made from it).";
        }
        else if (!options.PublicUrl.IsAbsoluteUri || options.PublicUrl.Scheme is not ("http" or "https") || options.PublicUrl.UserInfo.Length > 0
            || options.PublicUrl.AbsolutePath != "/" || options.PublicUrl.Query.Length > 0 || options.PublicUrl.Fragment.Length > 0)
        {
            yield return "Kinvite__PublicUrl must be an address with http or https and without path, for example https://family.example.org.";
        }
        else if (environment.IsProduction() && options.PublicUrl is { Scheme: "http", IsLoopback: false })
        {
            yield return "Kinvite__PublicUrl must be https in Production: sign-in cookies and links would travel in the clear.";
        }

        foreach (var (name, url) in new[] { ("TermsUrl", options.TermsUrl), ("PrivacyUrl", options.PrivacyUrl) })
        {
            if (url is not null && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https")))
            {
                yield return $"Kinvite__{name} must be a whole address, for example https://family.example.org/{name.ToLowerInvariant()[..^3]}; or leave it out.";
            }
        }

        if (options.SignUp is not ("open" or "invited" or "closed"))
        {
            yield return "Kinvite__SignUp must be open, invited or closed; leave it out for open in Development and invited in Production.";
        }

        foreach (var (name, domains) in new[] { ("Add", options.DisposableDomains.Add), ("Allow", options.DisposableDomains.Allow) })
        {
            if (DisposableDomains.Wrong(domains) is { } wrong)
            {
                yield return $"Kinvite__DisposableDomains__{name} has '{wrong}', which is no domain: give names such as example.org, with commas between them.";
            }
        }

        if (TrustedProxies.Wrong(options.TrustedProxies) is { } proxy)
        {
            yield return $"Kinvite__TrustedProxies has '{proxy}', which is neither an address nor a network: give such as 10.0.0.7 or 10.0.0.0/8, with commas between them.";
        }

        if (Operators.Wrong(options.OperatorEmails) is { } address)
        {
            yield return $"Kinvite__OperatorEmails has '{address}', which is no e-mail address: give such as olga@example.org, with commas between them.";
        }

        foreach (var provider in OidcProviders.Wrong(options))
        {
            yield return provider;
        }

        if (!(options.Limits.Factor > 0 && double.IsFinite(options.Limits.Factor)))
        {
            yield return "Kinvite__Limits__Factor must be a number above 0; leave it out for 1.";
        }

        if (!string.IsNullOrEmpty(options.Smtp.Host))
        {
            if (options.Smtp.Security is not ("none" or "starttls" or "tls"))
            {
                yield return "Kinvite__Smtp__Security must be none, starttls or tls; leave it out for starttls.";
            }

            if (options.Smtp.Port is < 1 or > 65535)
            {
                yield return "Kinvite__Smtp__Port must be between 1 and 65535; 587 is usual.";
            }

            if (string.IsNullOrWhiteSpace(options.Smtp.From))
            {
                yield return "Kinvite__Smtp__From is missing: set it to the sender's address, for example family@example.org.";
            }
            else if (MailParty.TryParse(options.Smtp.From) is null)
            {
                yield return "Kinvite__Smtp__From is no sender: give an address, for example family@example.org or Kinvite <family@example.org>.";
            }
        }
        else if (!string.IsNullOrEmpty(options.Resend.ApiKey))
        {
            if (MailParty.TryParse(options.Resend.From) is null)
            {
                yield return "Kinvite__Resend__From must be a sender in a domain that Resend has verified, for example Kinvite <family@example.org>.";
            }

            if (!options.Resend.BaseUrl.IsAbsoluteUri || !(options.Resend.BaseUrl.Scheme == "https" || options.Resend.BaseUrl is { Scheme: "http", IsLoopback: true }))
            {
                yield return "Kinvite__Resend__BaseUrl must be an https address (the key travels with every call); leave it out for https://api.resend.com.";
            }
        }

        foreach (var error in TextOptionsCheck.Errors(options))
        {
            yield return error;
        }

        if (!string.IsNullOrEmpty(options.Resend.WebhookSecret) && WebhookSignature.TryReadSecret(options.Resend.WebhookSecret) is null)
        {
            yield return "Kinvite__Resend__WebhookSecret is no signing secret: copy it from Resend's page of the webhook, it starts with whsec_.";
        }

        if (!string.IsNullOrEmpty(options.Dsn.Secret) && options.Dsn.Secret.Length < 24)
        {
            yield return "Kinvite__Dsn__Secret must have at least 24 characters: whoever knows it can mark invitations as undelivered.";
        }

        if (!string.IsNullOrEmpty(options.Dsn.Directory) && !Directory.Exists(options.Dsn.Directory))
        {
            yield return "Kinvite__Dsn__Directory does not exist: make the directory that the mail server delivers bounces into, or leave the setting out.";
        }

        if (options.Retention.Days is < 7 or > 3650)
        {
            yield return "Kinvite__Retention__Days must be between 7 and 3650; leave it out for 90.";
        }
    }
}
