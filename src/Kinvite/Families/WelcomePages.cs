using Kinvite.Kinds;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.Families;

/// <summary><c>/welcome</c>: starts a family.</summary>
internal static class WelcomePages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/welcome", Get);
        pages.MapPost("/welcome", PostAsync);
    }

    private static RazorComponentResult Get(FamilyKinds kinds) => Show(kinds, StatusCodes.Status200OK);

    private static async Task<IResult> PostAsync(
        PostedForm form, HttpContext http, CreateFamily create, FamilyKinds kinds, ProblemWords words, FlashNotice flash, CancellationToken ct)
    {
        if (!form.IsGenuine)
        {
            return Show(kinds, StatusCodes.Status400BadRequest, form, trouble: words.AsNotice(PageAnswers.StaleForm));
        }

        var created = await create.HandleAsync(new(form["name"], form.Filled("kind")), ct);
        if (created.Refused(out var problem))
        {
            var faults = words.Faults(problem);
            return Show(kinds, PageAnswers.StatusAtForm(problem), form, faults, faults.Any ? null : words.AsNotice(problem));
        }

        flash.Write(http, Notices.FamilyStarted, created.Value.Name);
        return new SeeOther($"/families/{created.Value.Id:D}");
    }

    private static RazorComponentResult Show(FamilyKinds kinds, int status, PostedForm? form = null, FormFaults? faults = null, NoticeText? trouble = null) =>
        PageAnswers.Page<WelcomePage>(
            status,
            (nameof(WelcomePage.Kinds), Cards(kinds)),
            (nameof(WelcomePage.Kind), form?.Filled("kind")),
            (nameof(WelcomePage.Name), form?["name"]),
            (nameof(WelcomePage.Faults), faults ?? FormFaults.None),
            (nameof(WelcomePage.Trouble), trouble));

    private static List<KindCard> Cards(FamilyKinds kinds) =>
        [.. kinds.All.OrderByDescending(k => k.Key == CreateFamily.DefaultKind).Select(k => new KindCard(k.Key, k.Name.ToString(), k.Description.ToString()))];
}
