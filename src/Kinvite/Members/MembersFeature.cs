namespace Kinvite.Members;

/// <summary>The folder's table of contents.</summary>
internal static class MembersFeature
{
    public static IServiceCollection AddMembers(this IServiceCollection services) => services
        .AddScoped<FamilyDoor>()
        .AddScoped<GetMyMembership>()
        .AddScoped<CheckRight>()
        .AddScoped<ListMembers>()
        .AddScoped<GetMember>()
        .AddScoped<ShowMember>()
        .AddScoped<AddMember>()
        .AddScoped<UpdateMember>()
        .AddScoped<RemoveMember>()
        .AddScoped<LeaveFamily>()
        .AddScoped<AdjustPoints>()
        .AddScoped<ListPoints>()
        .AddSingleton<PinHashes>()
        .AddScoped<SetPin>()
        .AddScoped<RemovePin>()
        .AddScoped<UnlockPin>()
        .AddSingleton<WarnOfEndings>()
        .AddHostedService(static services => services.GetRequiredService<WarnOfEndings>());

    /// <summary>Under <c>/api/families/{familyId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder family)
    {
        GetMyMembership.Map(family);
        CheckRight.Map(family);
        ListMembers.Map(family);
        GetMember.Map(family);
        AddMember.Map(family);
        UpdateMember.Map(family);
        RemoveMember.Map(family);
        LeaveFamily.Map(family);
        AdjustPoints.Map(family);
        ListPoints.Map(family);
        SetPin.Map(family);
        RemovePin.Map(family);
        UnlockPin.Map(family);
    }

    /// <summary>Pages under <c>/families/{familyId}</c>.</summary>
    public static void MapPages(IEndpointRouteBuilder circle)
    {
        MemberPages.Map(circle);
        PointsPages.Map(circle);
        WatcherPages.Map(circle);
    }
}
