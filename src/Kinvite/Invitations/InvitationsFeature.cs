using Kinvite.Addresses;
using Kinvite.Hosting;
using Microsoft.Extensions.Options;

namespace Kinvite.Invitations;

/// <summary>The folder's table of contents.</summary>
internal static class InvitationsFeature
{
    public static IServiceCollection AddInvitations(this IServiceCollection services) => services
        .AddSingleton(static provider => DisposableDomains.Of(provider.GetRequiredService<IOptions<KinviteOptions>>().Value.DisposableDomains))
        .AddScoped<InvitationDesk>()
        .AddSingleton<InvitationCookie>()
        .AddScoped<OpenLink>()
        .AddScoped<FindJoining>()
        .AddScoped<SharedPages>()
        .AddScoped<SendingWays>()
        .AddScoped<CreateInvites>()
        .AddScoped<ListInvites>()
        .AddScoped<ExportInvites>()
        .AddScoped<GetInvite>()
        .AddScoped<ChangeInvite>()
        .AddScoped<ResendInvite>()
        .AddScoped<RevokeInvite>()
        .AddScoped<CopyLink>()
        .AddScoped<CreateInviteLink>()
        .AddScoped<CurrentInviteLink>()
        .AddScoped<ListInviteLinks>()
        .AddScoped<RevokeInviteLink>()
        .AddScoped<PreviewInvite>()
        .AddScoped<SeenInvite>()
        .AddScoped<Newcomers>()
        .AddScoped<JoinByLink>()
        .AddScoped<AcceptInvite>()
        .AddScoped<DeclineInvite>()
        .AddScoped<MyInvites>()
        .AddScoped<ListMyInvites>()
        .AddScoped<GetNextStep>()
        .AddScoped<AskInviter>()
        .AddScoped<StopInvitations>()
        .AddScoped<InvitationCare>()
        .AddHostedService<InvitationCareRounds>()
        .AddScoped<ShowJoin>()
        .AddScoped<ShowJoinByLink>()
        .AddScoped<ProveInvitedPages>()
        .AddScoped<ShowInvitations>()
        .AddScoped<ShowInviteLink>()
        .AddScoped<ShowInvitationLink>()
        .AddScoped<ShowPrintCard>()
        .AddScoped<ShowChangeInvite>()
        .AddScoped<ShowImport>();

    /// <summary>Under <c>/api/families/{familyId}</c>, for those who may manage invitations.</summary>
    public static void MapForFamily(IEndpointRouteBuilder family)
    {
        CreateInvites.Map(family);
        ListInvites.Map(family);
        ExportInvites.Map(family);
        GetInvite.Map(family);
        ChangeInvite.Map(family);
        ResendInvite.Map(family);
        RevokeInvite.Map(family);
        CopyLink.Map(family);
        CreateInviteLink.Map(family);
        CurrentInviteLink.Map(family);
        ListInviteLinks.Map(family);
        RevokeInviteLink.Map(family);
    }

    /// <summary>Under <c>/api</c>, for the person invited.</summary>
    public static void MapForInvited(IEndpointRouteBuilder api)
    {
        ListMyInvites.Map(api);
        GetNextStep.Map(api);
        PreviewInvite.Map(api);
        SeenInvite.Map(api);
        AcceptInvite.Map(api);
        DeclineInvite.Map(api);
        AskInviter.Map(api);
    }

    /// <summary>Where links in messages lead, for anybody; and pages for those who invite, with <paramref name="circle"/> = <c>/families/{familyId}</c>.</summary>
    public static void MapPages(IEndpointRouteBuilder pages, IEndpointRouteBuilder circle)
    {
        OpenLink.Map(pages);
        StopMailPages.Map(pages);
        JoinPages.Map(pages);
        ProveInvitedPages.Map(pages);
        SharedPages.Map(pages);
        PrintCardPages.Map(pages);
        InvitationsPages.Map(circle);
        InviteLinkPages.Map(circle);
        ChangeInvitePages.Map(circle);
        ImportPages.Map(circle);
    }
}
