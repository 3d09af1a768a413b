using System.Globalization;
using Kinvite.Http;
using Kinvite.Pages;
using Kinvite.Rights;

namespace Kinvite.Invitations;

/// <summary>What was chosen for an open link, kept when something in it is wrong.</summary>
public sealed record InviteLinkForm
{
    /// <summary>The chosen role's key.</summary>
    public string? Role { get; init; }

    /// <summary>What is allowed, where the kind lets one choose.</summary>
    public Permission? Permission { get; init; }

    /// <summary>How many days it works, as typed.</summary>
    public string? Days { get; init; }

    /// <summary>How many may come in by it, as typed; null = any number.</summary>
    public string? MaxUses { get; init; }

    /// <summary>A name is enough.</summary>
    public bool NameIsEnough { get; init; }

    /// <summary>Somebody has to agree; null where nothing was chosen yet.</summary>
    public bool? Approval { get; init; }

    /// <summary>Mail domains, with commas or spaces between them.</summary>
    public string? Domains { get; init; }

    internal static InviteLinkForm Of(PostedForm form) => new()
    {
        Role = form.Filled("role"),
        Permission = Enum.TryParse<Permission>(form["permission"], ignoreCase: true, out var permission) && Enum.IsDefined(permission) ? permission : null,
        Days = form.Filled("expiresInDays"),
        MaxUses = form.Filled("maxUses"),
        NameIsEnough = form["login"] == "name",
        Approval = form.Ticked("approval"),
        Domains = form.Filled("allowedDomains"),
    };

    /// <summary>The same as a request. What is no number is one that no link has, and refused there.</summary>
    internal CreateInviteLinkRequest Read(InviteLinkChoices choices) => new(
        Role,
        // Where the role decides, it comes with what the role may do; who comes with a name only can look.
        choices.Permissions.Count > 0 ? Permission : NameIsEnough ? Rights.Permission.View : choices.Roles.FirstOrDefault(r => r.Key == Role)?.Permission,
        Days is null ? CreateInviteLinkRequest.UsualDays : Number(Days),
        RequireLogin: !NameIsEnough,
        Approval,
        MaxUses is null ? null : Number(MaxUses),
        Domains?.Split([' ', ',', ';', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(d => d.TrimStart('@')).ToList());

    /// <summary>Faults of one domain are those of the field.</summary>
    internal static Problem AtFields(Problem problem) => problem.Errors is not { } errors ? problem : problem with
    {
        Errors = errors.GroupBy(e => e.Key.Split('[')[0], StringComparer.Ordinal).ToDictionary(e => e.Key, e => e.SelectMany(x => x.Value).ToArray(), StringComparer.Ordinal),
    };

    private static int Number(string typed) => int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
