namespace Kinvite.Http;

/// <summary>Collects what is wrong with a request, so that everything is said at once and nothing is lost.</summary>
internal sealed class FieldErrors
{
    private readonly Dictionary<string, List<string>> errors = new(StringComparer.Ordinal);

    /// <summary>Null while nothing is wrong.</summary>
    public Problem? Problem => errors.Count == 0
        ? null
        : Problem.Invalid(errors.ToDictionary(e => e.Key, e => e.Value.ToArray(), StringComparer.Ordinal));

    public void Add(string field, string message)
    {
        if (!errors.TryGetValue(field, out var messages))
        {
            errors[field] = messages = [];
        }

        messages.Add(message);
    }

    /// <summary>The value, or the refusal under this field's name.</summary>
    public T? Take<T>(string field, Result<T> result)
    {
        if (!result.Refused(out var problem))
        {
            return result.Value;
        }

        AddAll(field, problem);
        return default;
    }

    /// <summary>Field errors of the whole, under the names they have.</summary>
    public void AddFields(Problem problem)
    {
        foreach (var (field, messages) in problem.Errors ?? new Dictionary<string, string[]>(StringComparer.Ordinal))
        {
            Array.ForEach(messages, message => Add(field, message));
        }
    }

    /// <summary>Field errors of a part, with its path before them: <c>invites[1]</c> and <c>email</c> become <c>invites[1].email</c>.</summary>
    public void AddAll(string path, Problem problem)
    {
        foreach (var (field, messages) in problem.Errors ?? new Dictionary<string, string[]>(StringComparer.Ordinal) { [""] = [problem.Detail] })
        {
            foreach (var message in messages)
            {
                Add(field.Length == 0 ? path : $"{path}.{field}", message);
            }
        }
    }
}
