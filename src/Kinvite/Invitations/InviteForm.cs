using System.Globalization;
using Kinvite.Addresses;
using Kinvite.Pages;
using Kinvite.Rights;
using Kinvite.Wording;

namespace Kinvite.Invitations;

/// <summary>What was typed into the invite card, kept when something in it is wrong.</summary>
public sealed record InviteForm
{
    /// <summary>The addresses: one on each line, or with commas between them; <c>Olga &lt;olga@example.org&gt;</c> too.</summary>
    public string? Emails { get; init; }

    /// <summary>The phone numbers, in the same way.</summary>
    public string? Phones { get; init; }

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

    /// <summary>The profile that the person takes over as their own.</summary>
    public Guid? MemberId { get; init; }

    /// <summary>No mail and no address: the inviter hands the link over.</summary>
    public bool ByLink { get; init; }

    /// <summary>By text message.</summary>
    public bool ByPhone { get; init; }

    internal static InviteForm Of(PostedForm form) => new()
    {
        Emails = form.Filled("emails"),
        Phones = form.Filled("phones"),
        Name = form.Filled("name"),
        Role = form.Filled("role"),
        Permission = Enum.TryParse<Permission>(form["permission"], ignoreCase: true, out var permission) && Enum.IsDefined(permission) ? permission : null,
        Children = form.Ids("children"),
        AccessUntil = form.Filled("accessUntil"),
        Locale = form.Filled("locale"),
        Message = form.Filled("message"),
        MemberId = form.Ids("memberId") is [var profile] ? profile : null,
        ByLink = form["by"] == "link",
        ByPhone = form["by"] == "phone",
    };

    /// <summary>The same person once more, to be looked over before it is sent.</summary>
    internal static InviteForm Again(InviteResponse before) => new()
    {
        Emails = before.Email,
        Phones = before.Phone,
        Name = before.Name,
        Role = before.Role,
        Permission = before.Permission,
        Children = [.. before.Children.Select(c => c.ChildId)],
        Locale = before.Locale,
        Message = before.Message,
        ByLink = before.Channel == InvitationChannel.None,
        ByPhone = before.Channel == InvitationChannel.Phone,
    };

    /// <summary>The same as a request, and what is wrong with it before anything is asked of the family.</summary>
    /// <param name="mailIsOn">Whether this server sends mail; without it every link is handed over, whether or not it is for a certain address.</param>
    /// <param name="timeZone">Of whoever typed the day.</param>
    /// <param name="now">The clock.</param>
    internal (CreateInvitesRequest Request, IReadOnlyList<InviteFault> Faults) Read(bool mailIsOn, string timeZone, DateTimeOffset now)
    {
        var faults = new List<InviteFault>();
        // What was typed before choosing to hand a link over does not count.
        var field = ByPhone ? "phones" : "emails";
        var people = mailIsOn && ByLink ? [] : PastedAddresses.Read(ByPhone ? Phones : Emails);
        var wrong = people.Where(p => ByPhone ? PhoneNumber.TryParse(p.Text) is null : p.Address is null).Select(p => p.Text).ToList();
        if (wrong.Count > 0)
        {
            faults.Add(new(field, ByPhone ? "FaultNumber" : wrong.Count == 1 ? "FaultAddress" : "FaultAddresses", string.Join(", ", wrong.Take(3))));
        }
        else if (people.Count == 0 && (ByPhone || (mailIsOn && !ByLink)))
        {
            faults.Add(new(field, ByPhone ? "FaultNoNumber" : "FaultNoAddress"));
        }
        else if (people.Count > InviteDraft.MostEntries)
        {
            faults.Add(new(field, "FaultTooMany", InviteDraft.MostEntries.ToString(CultureInfo.InvariantCulture)));
        }

        if (people.Count > 1 && Name is not null)
        {
            faults.Add(new("name", "FaultOneName"));
        }

        if (people.Count > 1 && MemberId is not null)
        {
            faults.Add(new("memberId", "FaultOneProfile"));
        }

        var end = LastDay.EndOf(AccessUntil, timeZone);
        if (AccessUntil is not null && (end is null || end <= now))
        {
            faults.Add(new("accessUntil", "FaultDay"));
        }

        List<InviteEntry?> entries = people.Count == 0
            ? [Entry(null, Name, end)]
            : [.. people.Select(p => Entry(p.Address?.Value ?? p.Text, people.Count == 1 ? Name ?? p.Name : p.Name, end))];
        return (new(entries, Notify: ByPhone || (mailIsOn && !ByLink), Message), faults);
    }

    private InviteEntry Entry(string? address, string? name, DateTimeOffset? end) => new(
        ByPhone ? null : address, ByPhone ? address : null, name, Role: Role, Permission: Permission, Children: Children.Count == 0 ? null : [.. Children.Select(c => new ChildGrantEntry(c))],
        AccessUntil: end, Locale: Locale, MemberId: MemberId);
}

/// <summary>Something wrong in the invite card: the field, and the text of <c>InvitationTexts.resx</c> with what it names.</summary>
internal sealed record InviteFault(string Field, string Text, string Argument = "");
