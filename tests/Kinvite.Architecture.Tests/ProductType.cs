namespace Kinvite.Architecture.Tests;

/// <summary>A type as the rules see it; what is nested in it (closures, state machines) counts as part of it.</summary>
/// <param name="FullName">With namespace: <c>Kinvite.Members.Member</c>.</param>
/// <param name="Uses">Full names of every other type that it names anywhere: base, signatures, bodies, attributes.</param>
internal sealed record ProductType(string FullName, IReadOnlySet<string> Uses)
{
    public string Name => FullName[(FullName.LastIndexOf('.') + 1)..];

    public string Namespace => FullName[..FullName.LastIndexOf('.')];

    /// <summary>The folder below <c>src/Kinvite</c>: <c>Members</c>.</summary>
    public string Folder => Namespace.Split('.') is [_, var folder, ..] ? folder : "";

    public bool IsPublic { get; init; }

    public bool IsEnum { get; init; }

    /// <summary>Of the sort that has a with-expression: classes only.</summary>
    public bool IsRecord { get; init; }

    public bool IsValueType { get; init; }

    public IReadOnlyList<ProductMethod> Methods { get; init; } = [];

    /// <summary>
    /// What a browser is shown and posts to, and other addresses for the same: it calls use cases, and nothing calls it but another front of its folder.
    /// </summary>
    public bool IsFront => Folder == "SeedPaths" || Name.EndsWith("Pages", StringComparison.Ordinal) || Name.EndsWith("Forms", StringComparison.Ordinal) || Name.EndsWith("Form", StringComparison.Ordinal)
        || (Name.StartsWith("Show", StringComparison.Ordinal) && Name.Length > 4 && char.IsUpper(Name[4]));

    /// <summary>One use case: it has routes, or is called with a request. A folder's table of contents names them all and is none.</summary>
    public bool IsSlice => !Name.EndsWith("Feature", StringComparison.Ordinal)
        && Methods.Any(m => m.Name is "HandleAsync" || (m.Name == "Map" && m.Parameters.Contains("Microsoft.AspNetCore.Routing.IEndpointRouteBuilder")));
}

/// <param name="Name">As in the source.</param>
/// <param name="Parameters">Full names of every type in the parameters.</param>
internal sealed record ProductMethod(string Name, IReadOnlyList<string> Parameters);
