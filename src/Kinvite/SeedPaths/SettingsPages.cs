using Kinvite.Pages;

namespace Kinvite.SeedPaths;

/// <summary>Addresses that bookmarks and older mails have: on to the same page of the default family.</summary>
internal static class SettingsPages
{
    /// <summary>Who is in no family starts one, or opens an invitation.</summary>
    public static void Map(IEndpointRouteBuilder signedIn)
    {
        signedIn.MapGet("/settings/family-management", static (CallersFamily callers, CancellationToken ct) => OnAsync(callers, "invitations", ct));
        signedIn.MapGet("/settings/babies/share", static (CallersFamily callers, CancellationToken ct) => OnAsync(callers, "invitations", ct));
        signedIn.MapGet("/settings/babies/requests", static (CallersFamily callers, CancellationToken ct) => OnAsync(callers, "requests", ct));
    }

    private static async Task<SeeOther> OnAsync(CallersFamily callers, string page, CancellationToken ct)
    {
        var found = await callers.FindAsync(ct);
        return new SeeOther(found.Refused(out _) ? "/welcome" : $"/families/{found.Value.Family.Id:D}/{page}");
    }
}
