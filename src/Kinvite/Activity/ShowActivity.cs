using System.Globalization;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Pages;
using Microsoft.Extensions.Localization;

namespace Kinvite.Activity;

/// <summary>Marks the texts of the activity page (<c>ActivityTexts.resx</c>): one sentence for each type, with <c>{0}</c> who did it and <c>{1}</c> about whom.</summary>
internal sealed class ActivityTexts;

/// <summary>What happened in a family, as sentences by day.</summary>
public sealed record ActivityView
{
    /// <summary>The family's id.</summary>
    public required Guid FamilyId { get; init; }

    /// <summary>Its name.</summary>
    public required string FamilyName { get; init; }

    /// <summary>Newest first, in the reader's zone.</summary>
    public required IReadOnlyList<ActivityDay> Days { get; init; }

    /// <summary>Whether this is not the newest page.</summary>
    public bool IsLater { get; init; }

    /// <summary>Where older ones go on; null at the end.</summary>
    public string? Next { get; init; }
}

/// <summary>One day.</summary>
/// <param name="Date">In the reader's zone.</param>
/// <param name="Lines">Newest first.</param>
public sealed record ActivityDay(DateOnly Date, IReadOnlyList<ActivityLine> Lines);

/// <summary>One thing that happened.</summary>
/// <param name="Sentence">In the reader's language.</param>
/// <param name="At">When.</param>
public sealed record ActivityLine(string Sentence, DateTimeOffset At);

/// <summary>Turns what is listed into sentences.</summary>
internal sealed class ShowActivity(ListActivity list, GetFamily family, Viewer viewer, IStringLocalizer<ActivityTexts> texts)
{
    private const int Shown = 40;

    public async Task<Result<ActivityView>> HandleAsync(Guid familyId, string? cursor, CancellationToken ct)
    {
        var found = await family.HandleAsync(familyId, ct);
        if (found.Refused(out var problem))
        {
            return problem;
        }

        var listed = await list.HandleAsync(familyId, memberId: null, Shown, cursor, ct);
        if (listed.Refused(out problem))
        {
            return problem.Status == 400 ? Problem.NotFound : problem;
        }

        var items = listed.Value.Items;
        // Joining by an invitation is one thing that happened, not two; where a mail stands is for the invitations page.
        var joined = items.Where(i => i.Type == ActivityTypes.MemberJoined).Select(i => i.At).ToHashSet();
        return new ActivityView
        {
            FamilyId = familyId,
            FamilyName = found.Value.Name,
            IsLater = cursor is not null,
            Next = listed.Value.Next,
            Days = [.. items.Where(i => i.Type != ActivityTypes.InviteSent && (i.Type != ActivityTypes.InviteAccepted || !joined.Contains(i.At)))
                .GroupBy(i => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(i.At, viewer.Zone).DateTime))
                .Select(day => new ActivityDay(day.Key, [.. day.Select(i => new ActivityLine(Say(i), i.At))]))],
        };
    }

    private string Say(ActivityItem item)
    {
        var sentence = texts[KeyOf(item), Named(item.Actor?.Name), Named(item.Subject?.Name)];
        var said = sentence.ResourceNotFound ? texts["other", Named(item.Actor?.Name)].Value : sentence.Value;
        // A sentence starts with a capital; a name stays as it is written.
        return said.StartsWith(texts["somebody"], StringComparison.Ordinal) ? string.Concat(said[..1].ToUpper(CultureInfo.CurrentUICulture), said.AsSpan(1)) : said;
    }

    private static string KeyOf(ActivityItem item) =>
        item.Type == ActivityTypes.MemberChanged && item.Data?.GetValueOrDefault("what") is { } what and not "access" ? $"{item.Type}.{what}" : item.Type;

    private string Named(string? name) => string.IsNullOrEmpty(name) ? texts["somebody"] : name;
}
