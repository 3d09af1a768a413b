using Kinvite.Accounts;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Members;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Devices;

/// <summary>A child comes in by its face.</summary>
/// <param name="MemberId">Of <c>faces</c>.</param>
/// <param name="Pin">Its four digits, where it has some.</param>
public sealed record SignInOnDeviceRequest(Guid? MemberId, string? Pin = null);

/// <summary>A child is in.</summary>
/// <param name="AccessToken">For <c>Authorization: Bearer</c>: what the child's role may see, and nothing else.</param>
/// <param name="RefreshToken">Gives new tokens at <c>/api/auth/refresh</c>, once; good for 30 days while tablet and child are there.</param>
/// <param name="ExpiresIn">Seconds that the access token is good.</param>
/// <param name="FamilyId">Its family.</param>
/// <param name="MemberId">Who is in.</param>
public sealed record DeviceTokenResponse(string AccessToken, string RefreshToken, int ExpiresIn, Guid FamilyId, Guid MemberId);

/// <summary>
/// Lets a child in on a shared tablet. Whoever has no tablet of the family can neither guess digits nor lock them; on one, each try is counted
/// before it is compared.
/// </summary>
internal sealed class SignInOnDevice(
    KinviteDbContext db, FamilyTransaction transaction, PinAttempts attempts, PinHashes hashes, RateLimits limits, TimeProvider clock)
{
    /// <param name="tablet">That has shown its token.</param>
    /// <param name="request">As typed.</param>
    /// <param name="page">For a page's cookie; else for a program.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<SessionTokens>> HandleAsync(Tablet tablet, SignInOnDeviceRequest request, bool page, Caller caller, CancellationToken ct)
    {
        if (request.MemberId is not { } childId)
        {
            return Problem.Invalid("memberId", "Choose a face.");
        }

        if (await limits.TakeAsync(CallerLimits.SignInNetwork, caller.Network, ct) is { } exceeded)
        {
            return exceeded;
        }

        var child = await db.Members.AsNoTracking().SingleOrDefaultAsync(m => m.FamilyId == tablet.Family.Id && m.Id == childId, ct);
        if (child is null || !MayComeIn(child, tablet))
        {
            return Problem.NotFound;
        }

        var proven = child.PinHash is null ? new Proven(null) : await ProveAsync(child, request.Pin, ct);
        return proven.Refused(out var problem)
            ? problem
            : await transaction.RunAsync(tablet.Family.Id, family => StartAsync(family, tablet, childId, proven.Value.Hash, page, caller, ct), ct);
    }

    public static void Map(IEndpointRouteBuilder device) => device.MapPost("/sign-in", PostAsync)
        .WithName(nameof(SignInOnDevice)).Produces<DeviceTokenResponse>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(404).ProducesProblem(429);

    private bool MayComeIn(Member member, Tablet tablet) => member.IsChildIn(tablet.Kind) && !member.HasEnded(clock.Now());

    // The hash that the digits were compared with; comparing is slow on purpose, and nothing is locked meanwhile.
    private async Task<Result<Proven>> ProveAsync(Member child, string? pin, CancellationToken ct)
    {
        if (!PinRule.IsPin(pin))
        {
            return DeviceProblems.PinWrong; // never anybody's digits: no guess, and not counted
        }

        var counted = await attempts.CountAsync(child.FamilyId, child.Id, ct);
        if (counted.Refused(out var locked))
        {
            return locked;
        }

        return hashes.Match(counted.Value, child.Id, pin!) ? new Proven(counted.Value) : DeviceProblems.PinWrong;
    }

    private async Task<Result<SessionTokens>> StartAsync(Family family, Tablet tablet, Guid childId, string? hash, bool page, Caller caller, CancellationToken ct)
    {
        // Compared before the lock: tablet, child or digits may be others meanwhile.
        if (!await db.Devices.AnyAsync(d => d.Id == tablet.Device.Id && d.FamilyId == family.Id, ct))
        {
            return Problem.AuthRequired;
        }

        var child = await db.Members.SingleOrDefaultAsync(m => m.FamilyId == family.Id && m.Id == childId, ct);
        if (child is null || !MayComeIn(child, tablet))
        {
            return Problem.NotFound;
        }

        if (child.PinHash != hash)
        {
            return DeviceProblems.PinWrong;
        }

        (child.PinTries, child.PinLockedUntil) = (0, null);
        var (session, tokens) = Session.StartOnTablet(family.Id, childId, tablet.Device.Id, page, caller.Device, clock.Now());
        db.Add(session);
        await db.SaveChangesAsync(ct);
        return tokens;
    }

    [EndpointSummary("Come in on this tablet")]
    [EndpointDescription("With the tablet's token as bearer. Four wrong digits in a row cost nothing; the fifth makes the child wait a minute, each more longer; after ten somebody who looks after it has to open it.")]
    private static async Task<IResult> PostAsync(SignInOnDeviceRequest request, HttpContext http, TabletDoor door, SignInOnDevice signIn, CancellationToken ct)
    {
        if (await door.FindAsync(http.Request, ct) is not { } tablet)
        {
            return Problem.AuthRequired.ToHttp();
        }

        return (await signIn.HandleAsync(tablet, request, page: false, Caller.Of(http), ct)).ToHttp(tokens => TypedResults.Ok(new DeviceTokenResponse(
            tokens.Access, tokens.Refresh!, (int)tokens.AccessFor.TotalSeconds, tablet.Family.Id, request.MemberId!.Value)));
    }

    private sealed record Proven(string? Hash);
}
