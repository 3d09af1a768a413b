namespace Kinvite.AccessRequests;

/// <summary>The folder's table of contents.</summary>
internal static class AccessRequestsFeature
{
    public static IServiceCollection AddAccessRequests(this IServiceCollection services) => services
        .AddScoped<RequestDesk>()
        .AddScoped<AskForAccess>()
        .AddScoped<ListMyRequests>()
        .AddScoped<WithdrawRequest>()
        .AddScoped<ListFamilyRequests>()
        .AddScoped<ApproveRequest>()
        .AddScoped<DenyRequest>()
        .AddScoped<UnblockAsker>()
        .AddScoped<ShowAsk>()
        .AddScoped<ShowRequests>();

    /// <summary>Under <c>/api</c>, for those who ask.</summary>
    public static void MapForAskers(IEndpointRouteBuilder api)
    {
        AskForAccess.Map(api);
        ListMyRequests.Map(api);
        WithdrawRequest.Map(api);
    }

    /// <summary>Under <c>/api/families/{familyId}</c>, for those who may answer.</summary>
    public static void MapForFamily(IEndpointRouteBuilder family)
    {
        ListFamilyRequests.Map(family);
        ApproveRequest.Map(family);
        DenyRequest.Map(family);
    }

    /// <summary>A page for anybody, and with <paramref name="circle"/> = <c>/families/{familyId}</c> one for those who answer.</summary>
    public static void MapPages(IEndpointRouteBuilder pages, IEndpointRouteBuilder circle)
    {
        AskPages.Map(pages);
        RequestsPages.Map(circle);
    }
}
