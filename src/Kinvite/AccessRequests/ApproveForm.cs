using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Pages;
using Kinvite.Rights;
using Kinvite.Wording;

namespace Kinvite.AccessRequests;

/// <summary>As what somebody is let in: what was chosen, kept when something in it is wrong.</summary>
public sealed record ApproveForm
{
    /// <summary>The chosen role's key.</summary>
    public string? Role { get; init; }

    /// <summary>What is allowed, where the kind lets one choose.</summary>
    public Permission? Permission { get; init; }

    /// <summary>The chosen children; none = the whole family.</summary>
    public IReadOnlyList<Guid> Children { get; init; } = [];

    /// <summary>The last day of access (<c>2026-11-30</c>); null = as invited, else no end.</summary>
    public string? AccessUntil { get; init; }

    internal static ApproveForm Of(PostedForm form) => new()
    {
        Role = form.Filled("role"),
        Permission = Enum.TryParse<Permission>(form["permission"], ignoreCase: true, out var permission) && Enum.IsDefined(permission) ? permission : null,
        Children = form.Ids("children"),
        AccessUntil = form.Filled("accessUntil"),
    };

    /// <summary>The same as a request. What was left as it was offered is left out, so that an invitation's finer points stay.</summary>
    /// <param name="offered">What was chosen at first.</param>
    /// <param name="timeZone">Of whoever typed the day.</param>
    internal Result<ApproveRequestRequest> Read(ApproveForm? offered, string timeZone)
    {
        var end = LastDay.EndOf(AccessUntil, timeZone);
        if (AccessUntil is not null && end is null)
        {
            return Problem.Invalid("accessUntil", "Give a day.");
        }

        return offered is not null && Role == offered.Role && Permission == offered.Permission && Children.Order().SequenceEqual(offered.Children.Order())
            ? new ApproveRequestRequest(AccessUntil: end)
            : new ApproveRequestRequest(Role, Permission, [.. Children.Select(c => new ChildGrantEntry(c))], end);
    }
}
