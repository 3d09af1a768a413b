using System.Globalization;
using Kinvite.Addresses;
using Kinvite.Pages;
using Kinvite.Rights;

namespace Kinvite.Invitations;

/// <summary>What was typed into the invite card, kept when something in it is wrong.</summary>
public sealed record InviteForm
{
    private const int Most = 50;

    /// <summary>The addresses: one on each line, or with commas between them; <c>Olga &lt;olga@example.org&gt;</c> too.</summary>
    public string? Emails { get; init; }

    /// <summary>What the inviter calls the person; only for one.</summary>
    public string? Name { get; init; }

    /// <summary>The chosen role's key.</summary>
    public string? Role { get; init; }

    /// <summary>What is allowed, where the kind lets one choose.</summary>
    public Permission? Permission { get; init; }

    /// <summary>The chosen children.</summary>
    public IReadOnlyList<Guid> Children { get; init; } = [];

    /// <summary>The last day of access (<c>2026-11-30</c>); null = no end.</summary>
    public string? AccessUntil { get; init; }

    /// <summary>The invited person's language; left out, the reader's.</summary>
    public string? Locale { get; init; }

    /// <summary>The personal message.</summary>
    public string? Message { get; init; }

    /// <summary>No mail: the inviter hands the link over.</summary>
    public bool ByLink { get; init; }

    internal static InviteForm Of(PostedForm form) => new()
    {
        Emails = form.Filled("emails"),
        Name = form.Filled("name"),
        Role = form.Filled("role"),
        Permission = Enum.TryParse<Permission>(form["permission"], ignoreCase: true, out var permission) && Enum.IsDefined(permission) ? permission : null,
        Children = form.Ids("children"),
        AccessUntil = form.Filled("accessUntil"),
        Locale = form.Filled("locale"),
        Message = form.Filled("message"),
        ByLink = form["by"] == "link",
    };

    /// <summary>The same as a request, and what is wrong with it before anything is asked of the family.</summary>
    /// <param name="byMail">Mail is sent, so that at least one address is needed.</param>
    /// <param name="timeZone">Of whoever typed the day.</param>
    /// <param name="now">The clock.</param>
    internal (CreateInvitesRequest Request, IReadOnlyList<InviteFault> Faults) Read(bool byMail, string timeZone, DateTimeOffset now)
    {
        var faults = new List<InviteFault>();
        var people = Split(Emails).ToList();
        var wrong = people.Where(p => EmailAddress.TryParse(p.Email) is null).Select(p => p.Email).ToList();
        if (wrong.Count > 0)
        {
            faults.Add(new("emails", wrong.Count == 1 ? "FaultAddress" : "FaultAddresses", string.Join(", ", wrong.Take(3))));
        }
        else if (people.Count == 0 && byMail)
        {
            faults.Add(new("emails", "FaultNoAddress"));
        }
        else if (people.Count > Most)
        {
            faults.Add(new("emails", "FaultTooMany", Most.ToString(CultureInfo.InvariantCulture)));
        }

        if (people.Count > 1 && Name is not null)
        {
            faults.Add(new("name", "FaultOneName"));
        }

        var end = EndOf(timeZone);
        if (AccessUntil is not null && (end is null || end <= now))
        {
            faults.Add(new("accessUntil", "FaultDay"));
        }

        List<InviteEntry?> entries = people.Count == 0
            ? [Entry(null, Name, end)]
            : [.. people.Select(p => Entry(p.Email, people.Count == 1 ? Name ?? p.Name : p.Name, end))];
        return (new(entries, Notify: byMail, Message), faults);
    }

    private InviteEntry Entry(string? email, string? name, DateTimeOffset? end) => new(
        email, Name: name, Role: Role, Permission: Permission, Children: Children.Count == 0 ? null : [.. Children.Select(c => new ChildGrantEntry(c))],
        AccessUntil: end, Locale: Locale);

    // A day ends where the person lives who chose it.
    private DateTimeOffset? EndOf(string timeZone)
    {
        if (!DateOnly.TryParseExact(AccessUntil, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || day.Year is < 2000 or > 2200)
        {
            return null;
        }

        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var found) ? found : TimeZoneInfo.Utc;
        var midnight = day.AddDays(1).ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    private static IEnumerable<(string Email, string? Name)> Split(string? typed)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in (typed ?? "").Split(['\n', '\r', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var open = part.IndexOf('<', StringComparison.Ordinal);
            var (email, name) = open >= 0 && part.EndsWith('>') ? (part[(open + 1)..^1].Trim(), part[..open].Trim(' ', '"', '\'')) : (part, null);
            if (seen.Add(email))
            {
                yield return (email, string.IsNullOrEmpty(name) ? null : name);
            }
        }
    }
}

/// <summary>Something wrong in the invite card: the field, and the text of <c>InvitationTexts.resx</c> with what it names.</summary>
internal sealed record InviteFault(string Field, string Text, string Argument = "");
