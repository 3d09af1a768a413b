using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Kinvite.Pages;

/// <summary>Reads the pages in another language: kept with the account when signed in, else on this device.</summary>
internal sealed class ChooseLanguage(KinviteDbContext db, CurrentAccount account, IOptions<KinviteOptions> options)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/language", PostAsync).ExcludeFromDescription();

    public async Task HandleAsync(string locale, HttpResponse response, CancellationToken ct)
    {
        if (account.AccountId is { } id)
        {
            await db.Users.Where(a => a.Id == id).ExecuteUpdateAsync(a => a.SetProperty(x => x.Locale, locale), ct);
        }

        response.Cookies.Append(Languages.Cookie, locale, new CookieOptions
        {
            HttpOnly = true,
            Secure = options.Value.PublicUrl is { Scheme: "https" },
            SameSite = SameSiteMode.Lax,
            Path = "/",
            MaxAge = TimeSpan.FromDays(365),
        });
    }

    private static async Task<IResult> PostAsync(
        [FromForm] string? locale, [FromForm] string? back, ChooseLanguage choose, HttpContext context, CancellationToken ct)
    {
        if (Languages.All.FirstOrDefault(l => l.Locale == locale) is { } language)
        {
            await choose.HandleAsync(language.Locale, context.Response, ct);
        }

        return new SeeOther(OwnPath.Or(back, "/"));
    }
}
