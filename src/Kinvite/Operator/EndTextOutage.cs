using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Pages;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Operator;

/// <summary>Whoever runs the server says that the provider sends texts again; who wanted to invite by phone meanwhile is told.</summary>
internal sealed class EndTextOutage(KinviteDbContext db, Operators operators, CurrentAccount account, OutboxSignal outbox, TimeProvider clock)
{
    public async Task<Result<OkResponse>> HandleAsync(CancellationToken ct)
    {
        if (!await operators.IncludeAsync(account.Id, ct))
        {
            return Problem.NotFound;
        }

        await db.TextOutages.ExecuteDeleteAsync(ct);
        if (await DemandEntry.TellAsync(db, clock.Now(), ct) > 0)
        {
            outbox.Wake();
        }

        return OkResponse.Yes;
    }

    /// <summary>A form of the operator's page.</summary>
    public static void Map(IEndpointRouteBuilder signedIn) => signedIn.MapPost("/operator/texts", static async (
        PostedForm form, HttpContext http, EndTextOutage end, FlashNotice flash, CancellationToken ct) =>
    {
        var ended = form.IsGenuine ? await end.HandleAsync(ct) : PageAnswers.StaleForm;
        if (ended.Refused(out var problem))
        {
            return problem == PageAnswers.StaleForm ? new SeeOther("/operator") : (IResult)ErrorResponse.Page(problem);
        }

        flash.Write(http, Notices.TextsOn);
        return new SeeOther("/operator");
    });
}
