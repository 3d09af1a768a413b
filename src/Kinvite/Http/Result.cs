using System.Diagnostics.CodeAnalysis;

namespace Kinvite.Http;

/// <summary>A value, or the reason why there is none. For expected outcomes; faults throw.</summary>
internal readonly struct Result<T>
{
    private readonly T? value;

    private Result(T? value, Problem? problem) => (this.value, Problem) = (value, problem);

    /// <summary>Why there is no value.</summary>
    public Problem? Problem { get; }

    /// <summary>The value; asking for it after a refusal is a programming error.</summary>
    public T Value => Problem is null ? value! : throw new InvalidOperationException($"No value: {Problem.Code}");

    public bool Refused([NotNullWhen(true)] out Problem? problem)
    {
        problem = Problem;
        return problem is not null;
    }

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Problem problem) => new(default, problem);
}
