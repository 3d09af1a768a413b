using System.Text.Json;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Rights;

namespace Kinvite.Invitations;

/// <summary>Invites one or many people.</summary>
/// <param name="Invites">1 to 50 people.</param>
/// <param name="Notify">False: nothing is sent, the link is handed over.</param>
/// <param name="Message">A personal message, at most 500 characters; never in a subject or a text.</param>
/// <param name="RequireLogin">False: the person joins with a name only; never together with <c>verified</c>, or with edit or more.</param>
/// <param name="Binding">Stricter than the kind's, or left out.</param>
public sealed record CreateInvitesRequest(
    IReadOnlyList<InviteEntry?>? Invites, bool Notify = true, string? Message = null, bool RequireLogin = true, Binding? Binding = null);

/// <summary>One person to invite: by e-mail, by phone, or (neither) by a link that is handed over.</summary>
/// <param name="Email">A mailbox.</param>
/// <param name="Phone">A phone number with country.</param>
/// <param name="Name">What the inviter calls the person.</param>
/// <param name="Role">A role of the kind that may be invited; the default role when left out.</param>
/// <param name="Permission">The role's when left out.</param>
/// <param name="Children">Only these children, each with a permission.</param>
/// <param name="AccessUntil">An instant in the future at which access ends.</param>
/// <param name="Locale">The language of the person's mails; the family's when left out.</param>
/// <param name="MemberId">An existing profile that the person takes over.</param>
public sealed record InviteEntry(
    string? Email = null, string? Phone = null, string? Name = null, string? Role = null, Permission? Permission = null,
    IReadOnlyList<ChildGrantEntry?>? Children = null, DateTimeOffset? AccessUntil = null, string? Locale = null, Guid? MemberId = null);

/// <summary>One child that is opened.</summary>
/// <param name="ChildId">The child's member id.</param>
/// <param name="Permission"><c>view</c>, <c>edit</c> or <c>admin</c>; the role's when left out.</param>
public sealed record ChildGrantEntry(Guid ChildId, Permission? Permission = null);

/// <summary>What became of each, in the order given.</summary>
/// <param name="Ok">True when nothing was refused.</param>
/// <param name="Count">How many were created.</param>
/// <param name="Items">One for each entry.</param>
public sealed record CreateInvitesResponse(bool Ok, int Count, IReadOnlyList<InviteOutcome> Items)
{
    /// <summary>For a repeat: the invitation of each entry, where there is one.</summary>
    internal Guid[] Made => [.. Items.Select(i => i.Invite?.Id ?? Guid.Empty)];

    /// <summary>For a repeat: what cannot be read from the invitations.</summary>
    internal string Outcomes => JsonSerializer.Serialize(Items.Select(i => i with { Invite = null }));

    internal static CreateInvitesResponse Of(IReadOnlyList<InviteOutcome> items) =>
        new(items.All(i => i.Problem is null), items.Count(i => i.Outcome == InviteOutcome.Created), items);

    /// <summary>The same with its refusals in the caller's language.</summary>
    internal CreateInvitesResponse In(HttpContext http, ProblemLanguage language) => Items.All(i => i.Problem is null) ? this : this with
    {
        Items = [.. Items.Select(i => i.Problem is { } p ? i with { Problem = OutcomeProblem.Of(language.Say(p.AsProblem(), language.LocaleOf(http))) } : i)],
    };

    /// <summary>The same outcomes again, with the invitations as they are now.</summary>
    internal static CreateInvitesResponse Again(IdempotencyKey kept, IReadOnlyDictionary<Guid, InviteResponse> invites) => Of(
        [.. JsonSerializer.Deserialize<List<InviteOutcome>>(kept.Outcomes!)!.Select(i => i with { Invite = invites.GetValueOrDefault(kept.Made[i.Index]) })]);
}

/// <summary>What became of one entry.</summary>
/// <param name="Index">Its place in the request.</param>
/// <param name="Outcome"><c>created</c>, <c>alreadyInvited</c>, <c>alreadyMember</c> or <c>refused</c>.</param>
/// <param name="Invite">The invitation, when created or already there.</param>
/// <param name="Problem">Why it was refused.</param>
public sealed record InviteOutcome(int Index, string Outcome, InviteResponse? Invite = null, OutcomeProblem? Problem = null)
{
    internal const string Created = "created";
    internal const string AlreadyInvited = "alreadyInvited";
    internal const string AlreadyMember = "alreadyMember";
    internal const string RefusedOutcome = "refused";

    internal static InviteOutcome Refused(int index, Problem problem) =>
        new(index, RefusedOutcome, Problem: OutcomeProblem.Of(problem));
}

/// <summary>A refusal of one entry.</summary>
/// <param name="Status">The HTTP status it would have alone.</param>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Title">What is wrong.</param>
/// <param name="Detail">What to do.</param>
public sealed record OutcomeProblem(int Status, string Code, string Title, string Detail)
{
    // For the header, when it is the answer to the whole call.
    internal TimeSpan? RetryAfter { get; init; }

    // For the page.
    internal string? Words { get; init; }

    internal static OutcomeProblem Of(Problem problem) =>
        new(problem.Status, problem.Code, problem.Title, problem.Detail) { RetryAfter = problem.RetryAfter, Words = problem.Words };

    /// <summary>The same as the answer to the whole call.</summary>
    internal Problem AsProblem() => new(Status, Code, Title, Detail) { RetryAfter = RetryAfter, Words = Words };
}
