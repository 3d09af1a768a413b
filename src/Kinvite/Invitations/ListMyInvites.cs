using Kinvite.Http;

namespace Kinvite.Invitations;

/// <summary>What waits for the caller.</summary>
internal sealed class ListMyInvites(MyInvites invites)
{
    public async Task<Result<Page<MyInvite>>> HandleAsync(int? limit, string? cursor, CancellationToken ct) =>
        PageRequest.From(limit, cursor) is var page && page.Refused(out var problem) ? problem : await invites.LoadAsync(page.Value, ct);

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/invites", GetAsync).RequireAccount()
        .WithName(nameof(ListMyInvites)).Produces<Page<MyInvite>>().ProducesProblem(401);

    [EndpointSummary("Invitations that wait for you")]
    private static async Task<IResult> GetAsync(int? limit, string? cursor, ListMyInvites list, CancellationToken ct) =>
        (await list.HandleAsync(limit, cursor, ct)).ToOk();
}
