using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Rights;

namespace Kinvite.Invitations;

/// <summary>An open link whose shape is right, with what was left out filled in by the kind.</summary>
/// <param name="Given">Role and permission, for the whole family.</param>
/// <param name="Days">How long it works.</param>
/// <param name="RequireLogin">False: a name is enough.</param>
/// <param name="RequireApproval">Somebody in the family has to agree.</param>
/// <param name="MaxUses">As many may come in by it; null = any number.</param>
/// <param name="Domains">Canonical mail domains; empty = any.</param>
internal sealed record InviteLinkDraft(GrantedRole Given, int Days, bool RequireLogin, bool RequireApproval, int? MaxUses, string[] Domains)
{
    /// <summary>As many may come in by one link at most.</summary>
    public const int MostUses = 1000;

    /// <summary>Mail domains of one link at most.</summary>
    public const int MostDomains = 20;

    /// <summary>Whoever has an open link uses it: it never makes anybody a manager or a guardian, whoever makes it.</summary>
    public static readonly Problem Ceiling = Problem.RightsCeiling with
    {
        Detail = "An open link never lets anybody manage the family or look after its children: invite that person by name.",
    };

    /// <summary>Checks the shape of the whole request: what this kind does not have, what no link may give, and 400 at the field.</summary>
    public static Result<InviteLinkDraft> Check(CreateInviteLinkRequest request, FamilyKind kind)
    {
        if (!kind.Links.Allowed)
        {
            return InvitationProblems.ChannelUnavailable;
        }

        if (request.Permission >= Permission.Admin || kind.FindRole(request.Role ?? kind.DefaultRole) is { Permission: >= Permission.Admin } or { Guardian: true })
        {
            return Ceiling;
        }

        var errors = new FieldErrors();
        // Where the role decides there is nothing to choose.
        var permission = request.Permission ?? (kind.Invitations.Permission == PermissionMode.Role ? null : Permission.View);
        var resolved = kind.Resolve(request.Role, permission, children: null);
        if (resolved.Refused(out var refusal))
        {
            errors.AddFields(refusal);
        }

        if (request.ExpiresInDays < kind.Links.MinDays || request.ExpiresInDays > kind.Links.MaxDays)
        {
            errors.Add("expiresInDays", $"Between {kind.Links.MinDays} and {kind.Links.MaxDays}.");
        }

        if (request.MaxUses is < 1 or > MostUses)
        {
            errors.Add("maxUses", $"Between 1 and {MostUses}, or leave it out.");
        }

        var domains = ReadDomains(request.AllowedDomains ?? [], errors);
        if (!request.RequireLogin && domains.Length > 0)
        {
            errors.Add("allowedDomains", "Only somebody who signs in has a proven address: leave out one of the two.");
        }

        if (!request.RequireLogin && resolved.Problem is null && resolved.Value.Permission > Permission.View)
        {
            errors.Add("requireLogin", "Who joins with a name only can look and no more.");
        }

        return errors.Problem is { } problem
            ? problem
            : new InviteLinkDraft(
                resolved.Value, request.ExpiresInDays, request.RequireLogin, request.RequireApproval ?? kind.Links.RequireApproval, request.MaxUses, domains);
    }

    private static string[] ReadDomains(IReadOnlyList<string?> given, FieldErrors errors)
    {
        if (given.Count > MostDomains)
        {
            errors.Add("allowedDomains", $"At most {MostDomains}.");
            return [];
        }

        var domains = new List<string>(given.Count);
        for (var i = 0; i < given.Count; i++)
        {
            if (EmailAddress.DomainKey(given[i]) is { } domain)
            {
                domains.Add(domain);
            }
            else
            {
                errors.Add($"allowedDomains[{i}]", "Give what stands after the @, such as example.org.");
            }
        }

        return [.. domains.Distinct(StringComparer.Ordinal)];
    }
}
