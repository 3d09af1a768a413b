namespace Kinvite.Rights;

/// <summary>The built-in named rights (design.md §2). A kind adds its own.</summary>
internal static class Capabilities
{
    public const string FamilyView = "family.view";
    public const string ActivityView = "activity.view";
    public const string ChildrenEdit = "children.edit";
    public const string InvitesManage = "invites.manage";
    public const string MembersManage = "members.manage";
    public const string RequestsManage = "requests.manage";
    public const string SettingsManage = "settings.manage";
    public const string FamilyTransfer = "family.transfer";
    public const string FamilyDelete = "family.delete";

    /// <summary>Each with the least permission that has it.</summary>
    public static readonly IReadOnlyDictionary<string, Permission> Least = new Dictionary<string, Permission>(StringComparer.Ordinal)
    {
        [FamilyView] = Permission.View,
        [ActivityView] = Permission.View,
        [ChildrenEdit] = Permission.Edit,
        [InvitesManage] = Permission.Admin,
        [MembersManage] = Permission.Admin,
        [RequestsManage] = Permission.Admin,
        [SettingsManage] = Permission.Admin,
        [FamilyTransfer] = Permission.Owner,
        [FamilyDelete] = Permission.Owner,
    };

    /// <summary>Those that can be held for one child; the rest is for the whole family only.</summary>
    public static readonly IReadOnlySet<string> PerChild = new HashSet<string>(StringComparer.Ordinal)
    {
        FamilyView, ActivityView, ChildrenEdit, InvitesManage, MembersManage, RequestsManage,
    };
}
