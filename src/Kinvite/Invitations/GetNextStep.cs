using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>Where somebody who has just signed in goes.</summary>
public enum NextStepType
{
    /// <summary>They are in a family.</summary>
    Home,

    /// <summary>In none yet, but invitations wait.</summary>
    Shared,

    /// <summary>Neither: start a family, or ask to join one.</summary>
    Onboarding,
}

/// <summary>What to show after signing in.</summary>
/// <param name="Type"><c>home</c>, <c>shared</c> or <c>onboarding</c>.</param>
/// <param name="Invites">The invitations that wait, newest first; also beside <c>home</c>.</param>
public sealed record NextStepResponse(NextStepType Type, IReadOnlyList<MyInvite> Invites);

/// <summary>Says what comes after signing in. It never joins anything by itself (design.md §3 rule 5).</summary>
internal sealed class GetNextStep(KinviteDbContext db, MyInvites invites, CurrentAccount account, TimeProvider clock)
{
    public async Task<NextStepResponse> HandleAsync(CancellationToken ct)
    {
        var now = clock.Now();
        var atHome = await db.Members.AnyAsync(m => m.AccountId == account.Id && (m.AccessUntil == null || m.AccessUntil > now), ct);
        var waiting = await invites.LoadAsync(PageRequest.First, ct);
        return new(atHome ? NextStepType.Home : waiting.Items.Count > 0 ? NextStepType.Shared : NextStepType.Onboarding, waiting.Items);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/account/next-step", GetAsync).RequireAccount().WithTags("Account")
        .WithName(nameof(GetNextStep)).Produces<NextStepResponse>().ProducesProblem(401);

    [EndpointSummary("What to show after signing in")]
    private static async Task<IResult> GetAsync(GetNextStep useCase, CancellationToken ct) => TypedResults.Ok(await useCase.HandleAsync(ct));
}
