using Kinvite.Pages;

namespace Kinvite.SeedPaths;

/// <summary>Addresses that bookmarks and older mails have: on to the same page of the default family.</summary>
internal static class SettingsPages
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Who is in no family starts one, or opens an invitation.</summary>
    public static void Map(IEndpointRouteBuilder signedIn)
    {
        signedIn.MapMethods("/settings/family-management", Methods, static (CallersFamily callers, CancellationToken ct) => OnAsync(callers, "invitations", ct));
        signedIn.MapMethods("/settings/babies/share", Methods, static (CallersFamily callers, CancellationToken ct) => OnAsync(callers, "invitations", ct));
        signedIn.MapMethods("/settings/babies/requests", Methods, static (CallersFamily callers, CancellationToken ct) => OnAsync(callers, "requests", ct));
    }

    private static async Task<SeeOther> OnAsync(CallersFamily callers, string page, CancellationToken ct)
    {
        var found = await callers.FindAsync(ct);
        return new SeeOther(found.Refused(out _) ? "/welcome" : $"/families/{found.Value.Family.Id:D}/{page}");
    }
}
