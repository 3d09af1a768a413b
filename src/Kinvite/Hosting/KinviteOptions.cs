namespace Kinvite.Hosting;

/// <summary>How this server is set up (design.md §7). Bound from section <c>Kinvite</c>, checked before anything starts; each error says the remedy.</summary>
public sealed class KinviteOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Kinvite";

    /// <summary>Where people reach this server; all links come from it, never from a request. Default <c>http://localhost:5080</c> in Development, required in Production.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Where the private PostgreSQL, the master key and the development mailbox live. Default: <c>data</c> beside the solution or the program.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>32 bytes in base64. Default: <c>master.key</c> in the data directory, made at first start; required in Production with a connection string.</summary>
    public string? MasterKey { get; set; }

    /// <summary>The master key before <see cref="MasterKey"/>, while links made with it should keep working.</summary>
    public string? MasterKeyPrevious { get; set; }

    /// <summary><c>open</c>, <c>invited</c> or <c>closed</c>. Default: <c>open</c> in Development, <c>invited</c> in Production.</summary>
    public string? SignUp { get; set; }

    /// <summary>Addresses or networks (CIDR, comma-separated) of proxies whose forwarded headers count.</summary>
    public string? TrustedProxies { get; set; }

    /// <summary>Comma-separated addresses of those who may see <c>/operator</c>, once they have proven them. Default: nobody.</summary>
    public string? OperatorEmails { get; set; }

    /// <summary>Shown in every mail.</summary>
    public Uri? TermsUrl { get; set; }

    /// <summary>Shown in every mail.</summary>
    public Uri? PrivacyUrl { get; set; }

    /// <summary>The mail server; without a host there is none.</summary>
    public SmtpOptions Smtp { get; set; } = new();

    /// <summary>Resend's HTTP API instead of a mail server.</summary>
    public ResendOptions Resend { get; set; } = new();

    /// <summary>Twilio, for text messages; without an account there are none.</summary>
    public TwilioOptions Twilio { get; set; } = new();

    /// <summary>Where texts may go.</summary>
    public SmsOptions Sms { get; set; } = new();

    /// <summary>Where bounces are read.</summary>
    public DsnOptions Dsn { get; set; } = new();

    /// <summary>Providers of OpenID Connect that people may sign in with, by the name on the button: <c>Google</c>. Default: none.</summary>
    public Dictionary<string, OidcProviderOptions> Oidc { get; set; } = new(StringComparer.Ordinal);

    /// <summary>How long what an ended invitation says about a person is kept.</summary>
    public RetentionOptions Retention { get; set; } = new();

    /// <summary>The private PostgreSQL.</summary>
    public PostgresOptions Postgres { get; set; } = new();

    /// <summary>Limits on callers.</summary>
    public LimitOptions Limits { get; set; } = new();

    /// <summary>Domains of mailboxes for some minutes, to which nobody is invited.</summary>
    public DisposableDomainOptions DisposableDomains { get; set; } = new();

    /// <summary>More kinds of family.</summary>
    public KindOptions Kinds { get; set; } = new();
}

/// <summary>A mail server.</summary>
public sealed class SmtpOptions
{
    /// <summary>Name or address; empty = mail is off (Development: the mailbox at <c>/dev/mailbox</c>).</summary>
    public string? Host { get; set; }

    /// <summary>Default 587.</summary>
    public int Port { get; set; } = 587;

    /// <summary>For AUTH; empty = none.</summary>
    public string? User { get; set; }

    /// <summary>For AUTH.</summary>
    public string? Password { get; set; }

    /// <summary><c>none</c>, <c>starttls</c> (default) or <c>tls</c>.</summary>
    public string Security { get; set; } = "starttls";

    /// <summary>The selector with which the mail server signs (RFC 6376), so that <c>/operator</c> can look for its key; empty = not looked for.</summary>
    public string? DkimSelector { get; set; }

    /// <summary>The sender: <c>family@example.org</c> or <c>Kinvite &lt;family@example.org&gt;</c>.</summary>
    public string? From { get; set; }
}

/// <summary>Resend (https://resend.com/docs/api-reference): used when <see cref="ApiKey"/> is set and <see cref="SmtpOptions.Host"/> is not.</summary>
public sealed class ResendOptions
{
    /// <summary>Starts with <c>re_</c>; empty = not used. The right to send is enough.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The sender, in a domain that Resend has verified: <c>Kinvite &lt;family@example.org&gt;</c>.</summary>
    public string? From { get; set; }

    /// <summary>Default <c>https://api.resend.com</c>; https, or http on this machine.</summary>
    public Uri BaseUrl { get; set; } = new("https://api.resend.com");

    /// <summary>Signs what comes to <c>/api/hooks/resend</c>: <c>whsec_</c> and base64 (Standard Webhooks). Empty = every call there is refused.</summary>
    public string? WebhookSecret { get; set; }
}

/// <summary>Twilio's Programmable Messaging (https://www.twilio.com/docs/messaging/api/message-resource).</summary>
public sealed class TwilioOptions
{
    /// <summary>Starts with <c>AC</c>; empty = no texts are sent (Development: they go to <c>/dev/mailbox</c>).</summary>
    public string? AccountSid { get; set; }

    /// <summary>The account's token: signs in there, and checks the signature of what Twilio calls here.</summary>
    public string? AuthToken { get; set; }

    /// <summary>The sender, a number of the account in E.164; or <see cref="MessagingServiceSid"/>.</summary>
    public string? From { get; set; }

    /// <summary>Starts with <c>MG</c>: the messaging service of a registered campaign (A2P 10DLC). It wins over <see cref="From"/>.</summary>
    public string? MessagingServiceSid { get; set; }

    /// <summary>Default <c>https://api.twilio.com</c>; https, or http on this machine.</summary>
    public Uri BaseUrl { get; set; } = new("https://api.twilio.com");
}

/// <summary>Text messages, whoever sends them.</summary>
public sealed class SmsOptions
{
    /// <summary>Comma-separated ISO 3166 codes of the countries to which texts go: <c>NO,SE,US</c>. Required with a provider, because every text costs; in Development without one every country.</summary>
    public string? AllowedCountries { get; set; }
}

/// <summary>Delivery status notifications (RFC 3464): the mails that a mail server sends back.</summary>
public sealed class DsnOptions
{
    /// <summary>A directory into which the mail server delivers them, one file each (a maildir's <c>new</c>). Read ones are removed; what is no report about a mail of ours goes to <c>other</c> in it. Empty = none.</summary>
    public string? Directory { get; set; }

    /// <summary>For <c>POST /api/hooks/dsn</c>, sent as <c>Authorization: Bearer</c>; at least 24 characters. Empty = every call there is refused.</summary>
    public string? Secret { get; set; }
}

/// <summary>A provider of OpenID Connect. What is registered there as redirect address is <c>{PublicUrl}/sign-in/with/{name in small letters}/callback</c>.</summary>
public sealed class OidcProviderOptions
{
    /// <summary>The issuer, exactly as the provider's own document names it; https, or http on this machine. Below it stands <c>/.well-known/openid-configuration</c>.</summary>
    public Uri? Authority { get; set; }

    /// <summary>What the provider calls this server.</summary>
    public string? ClientId { get; set; }

    /// <summary>What this server shows it.</summary>
    public string? ClientSecret { get; set; }
}

/// <summary>How long things are kept.</summary>
public sealed class RetentionOptions
{
    /// <summary>Days after its end until an invitation's address, name and message are erased; 7 to 3650, default 90 (GDPR Art. 5(1)(e)). Another value counts for what ends from then on.</summary>
    public int Days { get; set; } = 90;
}

/// <summary>The private PostgreSQL that the server runs when no connection string is given.</summary>
public sealed class PostgresOptions
{
    /// <summary>The directory with <c>initdb</c> and <c>pg_ctl</c>; default: searched for.</summary>
    public string? Bin { get; set; }
}

/// <summary>Limits on callers.</summary>
public sealed class LimitOptions
{
    /// <summary>Multiplies every rate limit of callers; default 1. For load tests behind a closed door.</summary>
    public double Factor { get; set; } = 1;
}

/// <summary>Changes to the built-in list of domains whose mailboxes live for some minutes; subdomains count as well.</summary>
public sealed class DisposableDomainOptions
{
    /// <summary>Comma-separated domains that count as well; default none.</summary>
    public string? Add { get; set; }

    /// <summary>Comma-separated domains that do not count although the list has them; default none. It wins over <see cref="Add"/>.</summary>
    public string? Allow { get; set; }
}

/// <summary>More kinds of family.</summary>
public sealed class KindOptions
{
    /// <summary>A directory with the operator's own kinds, one JSON file each.</summary>
    public string? Directory { get; set; }
}
