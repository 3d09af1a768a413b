using Kinvite.AccessRequests;
using Kinvite.Accounts;
using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Devices;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Operator;
using Kinvite.Pages;
using Kinvite.SeedPaths;
using Kinvite.Telemetry;
using Microsoft.Extensions.Options;

namespace Kinvite.Hosting;

/// <summary>The pipeline and the routes, feature by feature.</summary>
public static class KinviteEndpoints
{
    /// <summary>What every request passes through, in order.</summary>
    public static WebApplication UseKinvite(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<KinviteOptions>>().Value;
        app.UseRequestSpans();
        app.UseTrustedProxies(options.TrustedProxies);
        app.UseSecurityHeaders();
        app.UseKnownHosts(options.PublicUrl!.Host);
        app.UseExceptionHandler();
        app.UseStatusCodePages(StatusPages.WriteAsync);
        app.UseSameSite();
        app.UseUtf8();
        app.UseHead();
        // Here, so that what is the same for everybody (health, assets) is answered before the session is looked up: it needs no database.
        app.UseRouting();
        app.UseAuthentication();
        app.UseAccounts();
        app.UseIdempotencyKeys();
        app.UsePages();
        return app;
    }

    /// <summary>Maps the API, the pages and the operation routes.</summary>
    public static IEndpointRouteBuilder MapKinvite(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").RequireHeaderWithCookie();
        AccountsFeature.MapAccounts(api);
        DevicesFeature.Map(api.MapGroup("/device").WithTags("Shared tablets"));
        InvitationsFeature.MapForInvited(api.MapGroup("").WithTags("Invitations"));
        AccessRequestsFeature.MapForAskers(api.MapGroup("").WithTags("Access requests"));
        var families = api.MapGroup("/families").WithTags("Families");
        KindsFeature.MapKinds(families);
        families = families.MapGroup("").RequireAccount();
        var family = families.MapGroup("/{familyId:guid}");
        FamiliesFeature.Map(families, family);
        MembersFeature.Map(family.MapGroup("").WithTags("Members"));
        DevicesFeature.MapForFamily(family.MapGroup("").WithTags("Shared tablets"));
        InvitationsFeature.MapForFamily(family.MapGroup("").WithTags("Invitations"));
        AccessRequestsFeature.MapForFamily(family.MapGroup("").WithTags("Access requests"));
        ListActivity.Map(family.MapGroup("").WithTags("Activity"));
        RecordDemand.Map(family.MapGroup("").WithTags("Operation"));
        ListDemand.Map(api.MapGroup("/admin").RequireAccount().WithTags("Operation"));
        SeedPathsFeature.Map(api.MapGroup("/family").RequireAccount().WithTags("My default family"));
        routes.MapDelivery();
        routes.MapPages();
        MapFeaturePages(routes.MapGroup("").ExcludeFromDescription());

        Health.Map(routes);
        routes.MapMetrics();
        routes.MapOpenApi().ShortCircuit();
        return routes;
    }

    private static void MapFeaturePages(RouteGroupBuilder pages)
    {
        ShowStart.Map(pages);
        AccountsFeature.MapPages(pages);
        var signedIn = pages.MapGroup("").RequireSignIn();
        var circle = signedIn.MapGroup("/families/{familyId:guid}");
        FamiliesFeature.MapPages(signedIn, circle);
        MembersFeature.MapPages(circle);
        DevicesFeature.MapPages(pages, circle);
        InvitationsFeature.MapPages(pages, circle);
        AccessRequestsFeature.MapPages(pages, circle);
        ActivityFeature.MapPages(circle);
        OperatorFeature.MapPages(signedIn);
        SeedPathsFeature.MapPages(signedIn);
    }
}
