using Kinvite.Rights;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.Kinds;

/// <summary>A sort of family, for choosing one.</summary>
/// <param name="Key">Stable: what <c>kind</c> says in a request.</param>
/// <param name="Name">In the reader's language.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Roles">What people are in it.</param>
/// <param name="DefaultRole">The role when an invitation names none.</param>
/// <param name="Invitations">How people are invited.</param>
/// <param name="Links">Whether there are open links.</param>
/// <param name="Requests">Whether one may ask to get in.</param>
/// <param name="Limits">How many; null = no limit.</param>
public sealed record KindItem(
    string Key, string Name, string Description, IReadOnlyList<KindRoleItem> Roles, string DefaultRole, KindInvitations Invitations, KindLinks Links,
    KindRequests Requests, KindLimitNumbers Limits);

/// <summary>A role of a kind.</summary>
/// <param name="Key">Stable.</param>
/// <param name="Name">In the reader's language.</param>
/// <param name="Description">What it can and cannot do, in a sentence.</param>
/// <param name="Permission">What it may do by default.</param>
/// <param name="Capabilities">What it has beyond the permission.</param>
/// <param name="Invitable">Whether an invitation may name it.</param>
/// <param name="NeedsAccount">False for profiles such as children.</param>
/// <param name="Guardian">Whether it looks after children.</param>
public sealed record KindRoleItem(
    string Key, string Name, string Description, Permission Permission, IReadOnlyList<string> Capabilities, bool Invitable, bool NeedsAccount, bool Guardian);

/// <summary>How people are invited.</summary>
/// <param name="Channels">Of <c>email</c>, <c>phone</c>, <c>link</c>.</param>
/// <param name="LifetimeDays">Days in which an invitation can be accepted.</param>
/// <param name="Binding">Who may use one.</param>
/// <param name="Permission"><c>role</c>, <c>lower</c>, <c>choose</c> or <c>perChild</c>.</param>
/// <param name="WhilePending"><c>answer</c> or <c>refuse</c> when the address is invited already.</param>
/// <param name="Children"><c>no</c>, <c>optional</c> or <c>required</c>.</param>
public sealed record KindInvitations(
    IReadOnlyList<string> Channels, int LifetimeDays, Binding Binding, string Permission, string WhilePending, string Children);

/// <summary>Open links.</summary>
/// <param name="Allowed">Whether there are any.</param>
/// <param name="MinDays">Least lifetime.</param>
/// <param name="MaxDays">Longest lifetime.</param>
/// <param name="RequireApproval">Whether somebody has to agree, by default.</param>
public sealed record KindLinks(bool Allowed, int MinDays, int MaxDays, bool RequireApproval);

/// <summary>Requests.</summary>
/// <param name="Allowed">Whether one may ask without an invitation.</param>
public sealed record KindRequests(bool Allowed);

/// <summary>Numbers; null = no limit.</summary>
/// <param name="Pending">Invitations that wait.</param>
/// <param name="MembersWithoutAccount">Profiles; 0 = none at all.</param>
/// <param name="Members">Everybody.</param>
public sealed record KindLimitNumbers(int? Pending, int? MembersWithoutAccount, int? Members);

/// <summary>The kinds as they are.</summary>
/// <param name="Items">In the order in which people choose.</param>
public sealed record KindList(IReadOnlyList<KindItem> Items);

/// <summary>Which kinds of family there are; for anybody.</summary>
internal static class ListKinds
{
    public static void Map(IEndpointRouteBuilder families) => families.MapGet("/kinds", Get).WithName(nameof(ListKinds)).Produces<KindList>();

    [EndpointSummary("The kinds of family")]
    private static Ok<KindList> Get(FamilyKinds kinds) => TypedResults.Ok(new KindList([.. kinds.All.Select(Describe)]));

    private static KindItem Describe(FamilyKind kind) => new(
        kind.Key,
        kind.Name.ToString(),
        kind.Description.ToString(),
        [.. kind.Roles.Select(r => new KindRoleItem(r.Key, r.Name.ToString(), r.Description.ToString(), r.Permission, r.Capabilities, r.Invitable, r.NeedsAccount, r.Guardian))],
        kind.DefaultRole,
        new(kind.Invitations.Channels, kind.Invitations.LifetimeDays, kind.Invitations.Binding, Camel(kind.Invitations.Permission), Camel(kind.Invitations.WhilePending), Camel(kind.Invitations.Children)),
        new(kind.Links.Allowed, kind.Links.MinDays, kind.Links.MaxDays, kind.Links.RequireApproval),
        new(kind.Requests.Allowed),
        new(kind.Limits.Pending, kind.Limits.MembersWithoutAccount, kind.Limits.Members));

    private static string Camel<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
