using System.Globalization;
using Kinvite.Kinds;
using Microsoft.Extensions.Localization;

namespace Kinvite.Activity;

/// <summary>
/// Marks the texts of the activity page (<c>ActivityTexts.resx</c>): a sentence for each type, with <c>{0}</c> who did it, <c>{1}</c> about whom and
/// <c>{2}</c> a role; where its facts say more, one of its own under the type with one more word.
/// </summary>
internal sealed class ActivityTexts;

/// <summary>Puts one thing that happened into words.</summary>
internal sealed class ActivitySentence(IStringLocalizer<ActivityTexts> texts)
{
    /// <summary>
    /// Whether it is half of what another line says: who joins by an invitation or is let in does one thing, not two; where a mail stands is for the
    /// invitations page.
    /// </summary>
    public static bool IsSaidByAnother(ActivityItem item, IReadOnlyList<ActivityItem> all) => item.Type switch
    {
        ActivityTypes.InviteSent => true,
        ActivityTypes.InviteAccepted => all.Any(i => i.At == item.At && i.Type == ActivityTypes.MemberJoined),
        ActivityTypes.MemberJoined => all.Any(i => i.At == item.At && i.Type == ActivityTypes.RequestApproved && i.Subject?.Id == item.Subject?.Id),
        ActivityTypes.MemberChanged => item.Actor?.Id == item.Subject?.Id && all.Any(i => i.At == item.At && i.Id != item.Id && IsHandingOver(i)),
        _ => false,
    };

    public string Say(ActivityItem item, FamilyKind kind)
    {
        var role = Fact(item, "role") is { } key ? kind.FindRole(key)?.Name.ToString() : null;
        var sentence = texts[KeyOf(item, role), Named(item.Actor?.Name), Named(item.Subject?.Name), role ?? ""];
        var said = sentence.ResourceNotFound ? texts["other", Named(item.Actor?.Name)].Value : sentence.Value;
        // A sentence starts with a capital; a name stays as it is written.
        return said.StartsWith(texts["somebody"], StringComparison.Ordinal) ? string.Concat(said[..1].ToUpper(CultureInfo.CurrentUICulture), said.AsSpan(1)) : said;
    }

    private static string KeyOf(ActivityItem item, string? role) => item.Type switch
    {
        ActivityTypes.InviteCreated when role is not null => "invite.created.as",
        ActivityTypes.MemberJoined when item.Actor?.Id is { } actor && actor != item.Subject?.Id => "member.joined.added",
        ActivityTypes.PinChanged when Fact(item, "what") is "removed" => "pin.changed.removed",
        ActivityTypes.PinChanged when Fact(item, "what") is "unlocked" => "pin.changed.unlocked",
        ActivityTypes.MemberRemoved when Fact(item, "what") == "children" => "member.removed.children",
        ActivityTypes.MemberChanged when IsHandingOver(item) => "member.changed.owner",
        ActivityTypes.MemberChanged => Fact(item, "what") switch
        {
            "until" => "member.changed.until",
            "own" => "member.changed.own",
            "profile" => "member.changed.profile",
            "access" when role is not null => "member.changed.access",
            _ => item.Type,
        },
        _ => item.Type,
    };

    private static bool IsHandingOver(ActivityItem item) => item.Type == ActivityTypes.MemberChanged && Fact(item, "permission") == "owner" && Fact(item, "what") is null;

    private static string? Fact(ActivityItem item, string name) => item.Data?.GetValueOrDefault(name);

    private string Named(string? name) => string.IsNullOrEmpty(name) ? texts["somebody"] : name;
}
