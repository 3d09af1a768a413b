using System.Globalization;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Pages;
using Kinvite.Rights;
using Kinvite.Wording;

namespace Kinvite.Members;

/// <summary>What was sent from a member's page, as a change: only what differs from what the page showed, so that saving twice changes nothing more.</summary>
internal static class MemberForms
{
    /// <summary>Name, picture and year of birth.</summary>
    public static Result<UpdateMemberRequest> Profile(PostedForm form)
    {
        int? year = null;
        if (form.Filled("birthYear") is { } typed)
        {
            if (!int.TryParse(typed.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var read))
            {
                return Problem.Invalid("birthYear", "A year from 1900 to this one.");
            }

            year = read;
        }

        return new UpdateMemberRequest { Name = form["name"], Avatar = form.Filled("avatar"), BirthYear = year };
    }

    /// <summary>Role, what is allowed, which children.</summary>
    public static UpdateMemberRequest Access(PostedForm form, MemberView shown)
    {
        var change = new UpdateMemberRequest();
        if (form.Filled("role") is { } role && role != shown.Role)
        {
            change = change with { Role = role };
        }

        if (shown.Permissions.Count > 0 && form.Filled("permission") is { } typed)
        {
            Permission? permission = Enum.TryParse<Permission>(typed, ignoreCase: true, out var level) && Enum.IsDefined(level) ? level : null;
            if (permission != (shown.PermissionIsOwn ? shown.Permission : null))
            {
                change = change with { Permission = new(true, permission) };
            }
        }

        if (shown.Children.Count > 0 && form.Ids("children") is var children && !children.ToHashSet().SetEquals(shown.Sees.Select(c => c.Id)))
        {
            change = change with { Children = new(true, [.. children.Select(c => new ChildGrantEntry(c))]) };
        }

        return change;
    }

    /// <summary>Until when: tomorrow, a week more, a last day, or no end.</summary>
    public static Result<UpdateMemberRequest> Until(PostedForm form, MemberView shown, string timeZone, DateTimeOffset now) => form["until"] switch
    {
        "tomorrow" => Ending(now.AddDays(1)),
        "week" => Ending((shown.AccessUntil > now ? shown.AccessUntil.Value : now).AddDays(7)),
        "none" => Ending(null),
        _ => LastDay.EndOf(form.Filled("day"), timeZone) is { } end ? Ending(end) : Problem.Invalid("accessUntil", "Give a day in the future."),
    };

    private static UpdateMemberRequest Ending(DateTimeOffset? end) => new() { AccessUntil = new(true, end) };
}
