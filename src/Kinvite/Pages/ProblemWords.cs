using Kinvite.Http;
using Microsoft.Extensions.Localization;

namespace Kinvite.Pages;

/// <summary>
/// A refusal in the reader's language. Programs read a problem's English sentences; people read these, found by its code
/// (<c>ProblemTexts.resx</c>: <c>{code}</c>, and <c>field.{name}</c> for a faulty field).
/// </summary>
internal sealed class ProblemWords(IStringLocalizer<ProblemTexts> texts)
{
    /// <summary>What is wrong and what to do next; one or two sentences.</summary>
    public string Say(Problem problem) => Find(problem.Words ?? problem.Code) ?? $"{problem.Title}. {problem.Detail}";

    /// <summary>As a notice on the same page.</summary>
    public NoticeText AsNotice(Problem problem) => new(NoticeKind.Trouble, Say(problem));

    /// <summary>The faulty fields, by the name that they have in the form: <c>invites[0].email</c> is <c>email</c>.</summary>
    public FormFaults Faults(Problem problem)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in problem.Errors?.Keys ?? [])
        {
            var field = FieldOf(path);
            faults[field] = Find($"field.{field}") ?? texts["field"];
        }

        return faults.Count == 0 ? FormFaults.None : new(faults);
    }

    /// <summary>A field's name in a form: <c>invites[0].email</c> is <c>email</c>.</summary>
    public static string FieldOf(string path) => path[(path.LastIndexOf('.') + 1)..];

    private string? Find(string key) => texts[key] is { ResourceNotFound: false } text ? text.Value : null;
}

/// <summary>What is wrong with a form that is shown again, by field name.</summary>
/// <param name="ByField">One sentence a field.</param>
public sealed record FormFaults(IReadOnlyDictionary<string, string> ByField)
{
    /// <summary>Nothing is wrong.</summary>
    public static readonly FormFaults None = new(new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>The sentence for a field, or null.</summary>
    public string? this[string field] => ByField.GetValueOrDefault(field);

    /// <summary>Whether anything is wrong.</summary>
    public bool Any => ByField.Count > 0;
}
