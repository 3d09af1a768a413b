using Kinvite.Http;
using Kinvite.Pages;
using Kinvite.Rights;
using Kinvite.Wording;

namespace Kinvite.Members;

/// <summary>Who sees a child, on its page: somebody of the family may from now on, may more or less, until a day, or no more.</summary>
internal static class WatcherPages
{
    /// <summary>Under <c>/families/{familyId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder circle)
    {
        var watchers = circle.MapGroup("/children/{childId:guid}/watchers");
        watchers.MapPost("", AddAsync);
        watchers.MapPost("/{watcherId:guid}", ChangeAsync);
        watchers.MapPost("/{watcherId:guid}/remove", RemoveAsync);
    }

    private static Task<IResult> AddAsync(
        Guid familyId, Guid childId, PostedForm form, HttpContext http, ShowMember show, UpdateMember update, ProblemWords words, FlashNotice flash, CancellationToken ct) =>
        DoAsync(
            familyId, childId, form.Id("memberId"), form, http, show, words, flash, Notices.ChildShown,
            async (who, _) => (await update.HandleAsync(familyId, who, new() { Step = new(childId, Level(form), default) }, ct)).Problem, ct);

    private static Task<IResult> ChangeAsync(
        Guid familyId, Guid childId, Guid watcherId, PostedForm form, HttpContext http, ShowMember show, UpdateMember update, ProblemWords words, FlashNotice flash, Viewer viewer,
        CancellationToken ct) =>
        DoAsync(
            familyId, childId, watcherId, form, http, show, words, flash, Notices.MemberSaved,
            async (who, present) => Until(form, present, viewer) is var until && until.Refused(out var problem)
                ? problem
                : (await update.HandleAsync(familyId, who, new() { Step = new(childId, Level(form), until.Value) }, ct)).Problem, ct);

    private static Task<IResult> RemoveAsync(
        Guid familyId, Guid childId, Guid watcherId, PostedForm form, HttpContext http, ShowMember show, RemoveMember remove, ProblemWords words, FlashNotice flash, CancellationToken ct) =>
        DoAsync(
            familyId, childId, watcherId, form, http, show, words, flash, Notices.ChildHidden,
            async (who, _) => (await remove.HandleAsync(familyId, who, childId, ct)).Problem, ct);

    private static async Task<IResult> DoAsync(
        Guid familyId, Guid childId, Guid who, PostedForm form, HttpContext http, ShowMember show, ProblemWords words, FlashNotice flash, NoticeKey done,
        Func<Guid, Watcher?, Task<Problem?>> act, CancellationToken ct)
    {
        // Before: the page, and the name of whom it is about, who may be gone afterwards.
        var shown = await show.ChildAsync(familyId, childId, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        var (view, watcher) = (shown.Value, shown.Value.Watchers.FirstOrDefault(w => w.Id == who));
        var name = watcher?.Name ?? view.Addable.FirstOrDefault(p => p.Id == who)?.Name;
        problem = !form.IsGenuine ? PageAnswers.StaleForm : name is null ? Problem.NotFound : await act(who, watcher);
        if (problem is null)
        {
            if (done == Notices.MemberSaved)
            {
                flash.Write(http, done, name!);
            }
            else
            {
                flash.Write(http, done, name!, view.Child.Name);
            }

            return new SeeOther($"/families/{familyId:D}/children/{childId:D}");
        }

        return problem == Problem.NotFound ? ErrorResponse.Page(problem) : PageAnswers.Page<ChildPage>(
            PageAnswers.StatusAtForm(problem), (nameof(ChildPage.View), view), (nameof(ChildPage.Faults), words.Faults(problem)), (nameof(ChildPage.Trouble), words.AsNotice(problem)));
    }

    private static Optional<Permission> Level(PostedForm form) =>
        Enum.TryParse<Permission>(form["permission"], ignoreCase: true, out var level) && Enum.IsDefined(level) ? new(true, level) : default;

    // A last day, or a week more; without one it stays as it is, unless it is to have no end.
    private static Result<Optional<DateTimeOffset?>> Until(PostedForm form, Watcher? present, Viewer viewer) =>
        form["until"] == "week" ? new Optional<DateTimeOffset?>(true, (present?.AccessUntil > viewer.Now ? present.AccessUntil.Value : viewer.Now).AddDays(7))
        : form["until"] == "none" ? new Optional<DateTimeOffset?>(true, null)
        : form.Filled("day") is not { } day ? default(Optional<DateTimeOffset?>)
        : LastDay.EndOf(day, viewer.Zone.Id) is { } end ? new Optional<DateTimeOffset?>(true, end)
        : Problem.Invalid("accessUntil", "Give a day in the future.");
}
