using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Pages;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary><c>/account/address</c>: the code that went to an address which is to be one's own too.</summary>
internal sealed class AddressPages(
    KinviteDbContext db, ProveAddress prove, CurrentAccount account, MailSetup mail, FlashNotice flash, ProblemWords words)
{
    private const string Ways = "/account/sign-in";

    /// <summary>Behind a sign-in.</summary>
    public static void Map(IEndpointRouteBuilder signedIn)
    {
        signedIn.MapGet("/account/address", static (Guid? code, AddressPages page, CancellationToken ct) => page.GetAsync(code, ct));
        signedIn.MapPost("/account/address", static (PostedForm form, HttpContext http, AddressPages page, CancellationToken ct) => page.ProveAsync(form, http, ct));
    }

    private async Task<IResult> GetAsync(Guid? challenge, CancellationToken ct) =>
        await AddressAsync(challenge, ct) is { } address ? Show(new(challenge!.Value, address, mail.Way == MailWay.Mailbox), 200) : new SeeOther(Ways);

    private async Task<IResult> ProveAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        Guid? challenge = form.Ids("challenge") is [var id, ..] ? id : null;
        if (await AddressAsync(challenge, ct) is not { } address)
        {
            return new SeeOther(Ways);
        }

        var proven = form.IsGenuine ? await prove.HandleAsync(ProveAddressRequest.Of(form["code"], address), challenge, Caller.Of(http), ct) : PageAnswers.StaleForm;
        if (!proven.Refused(out var problem))
        {
            flash.Write(http, Notices.AddressProven, ContactAddress.Mask(address));
            return new SeeOther(Ways);
        }

        var view = new AddressView(challenge!.Value, address, mail.Way == MailWay.Mailbox);
        return problem.Code switch
        {
            "auth.reauthenticate" => PageAnswers.ConfirmFirst($"/account/address?code={challenge:D}"),
            "code.invalid" or "validation" => Show(view, 400, fault: words.Say(AccountProblems.CodeInvalid)),
            _ => Show(view, PageAnswers.StatusAtForm(problem), trouble: words.AsNotice(problem)),
        };
    }

    // Where this account's own code went; its address stands in no address of a page.
    private Task<string?> AddressAsync(Guid? challenge, CancellationToken ct) =>
        db.Codes.Where(c => c.Id == challenge && c.AccountId == account.Id).Select(c => (string?)c.Address).SingleOrDefaultAsync(ct);

    private static IResult Show(AddressView view, int status, string? fault = null, NoticeText? trouble = null) => PageAnswers.Page<AddressPage>(
        status, (nameof(AddressPage.View), view), (nameof(AddressPage.Fault), fault), (nameof(AddressPage.Trouble), trouble));
}

/// <summary>A code that was sent.</summary>
/// <param name="Challenge">Which.</param>
/// <param name="Address">Where.</param>
/// <param name="DevelopmentMailbox">Links to the mailbox where the code is.</param>
public sealed record AddressView(Guid Challenge, string Address, bool DevelopmentMailbox);
