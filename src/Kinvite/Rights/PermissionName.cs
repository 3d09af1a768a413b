namespace Kinvite.Rights;

/// <summary>A permission as programs read it.</summary>
internal static class PermissionName
{
    public static string Of(Permission permission) => permission switch
    {
        Permission.View => "view",
        Permission.Edit => "edit",
        Permission.Admin => "admin",
        Permission.Owner => "owner",
    };
}
