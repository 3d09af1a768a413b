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

    /// <summary>Comma-separated addresses of those who may call <c>/api/admin</c>.</summary>
    public string? OperatorEmails { get; set; }

    /// <summary>Shown in every mail.</summary>
    public Uri? TermsUrl { get; set; }

    /// <summary>Shown in every mail.</summary>
    public Uri? PrivacyUrl { get; set; }

    /// <summary>The mail server; without a host there is none.</summary>
    public SmtpOptions Smtp { get; set; } = new();

    /// <summary>The private PostgreSQL.</summary>
    public PostgresOptions Postgres { get; set; } = new();

    /// <summary>Limits on callers.</summary>
    public LimitOptions Limits { get; set; } = new();

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

    /// <summary>The sender: <c>family@example.org</c> or <c>Kinvite &lt;family@example.org&gt;</c>.</summary>
    public string? From { get; set; }
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

/// <summary>More kinds of family.</summary>
public sealed class KindOptions
{
    /// <summary>A directory with the operator's own kinds, one JSON file each.</summary>
    public string? Directory { get; set; }
}
