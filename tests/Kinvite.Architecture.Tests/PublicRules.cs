using System.Xml.Linq;

namespace Kinvite.Architecture.Tests;

/// <summary>What others may rely on is public and described; each answers with what breaks it.</summary>
internal static class PublicRules
{
    /// <summary>Every public type, and every part of a wire record, has its sentence.</summary>
    /// <param name="types">Public types that were written by hand.</param>
    /// <param name="docs">The compiler's documentation file.</param>
    public static IEnumerable<string> PublicTypesAreDescribed(IEnumerable<Type> types, XDocument docs)
    {
        var described = docs.Descendants("member").Where(m => !string.IsNullOrWhiteSpace(m.Element("summary")?.Value))
            .ToDictionary(m => m.Attribute("name")!.Value, m => m, StringComparer.Ordinal);
        foreach (var type in types)
        {
            if (!described.TryGetValue($"T:{type.FullName}", out var entry))
            {
                yield return $"{type.FullName} has no summary";
                continue;
            }

            var told = entry.Elements("param").Where(p => !string.IsNullOrWhiteSpace(p.Value)).Select(p => p.Attribute("name")!.Value).ToHashSet(StringComparer.Ordinal);
            foreach (var property in type.GetProperties().Where(p => p.DeclaringType == type && p.Name != "EqualityContract"))
            {
                if (!told.Contains(property.Name) && !described.Keys.Any(k => k.Split('(')[0] == $"P:{type.FullName}.{property.Name}"))
                {
                    yield return $"{type.FullName}.{property.Name} is not described";
                }
            }

            foreach (var member in type.IsEnum ? type.GetEnumNames() : [])
            {
                if (!described.ContainsKey($"F:{type.FullName}.{member}"))
                {
                    yield return $"{type.FullName}.{member} is not described";
                }
            }
        }
    }

    /// <summary>The validation and the OpenAPI document skip internal types: what a handler takes from the wire is public.</summary>
    public static IEnumerable<string> WireTypesArePublic(IReadOnlyList<ProductType> types)
    {
        var byName = types.ToDictionary(t => t.FullName, StringComparer.Ordinal);
        return from slice in types
               where slice.IsSlice
               from method in slice.Methods
               where method.Name is not ("Map" or "HandleAsync" or ".ctor") && method.Name.EndsWith("Async", StringComparison.Ordinal) && method.Parameters.Contains(slice.FullName)
               from parameter in method.Parameters
               where byName.TryGetValue(parameter, out var type) && type is { IsRecord: true, IsPublic: false }
               select $"{slice.FullName}.{method.Name} takes {parameter}, which is not public";
    }

    /// <summary>Public is what is on the wire, in the configuration, or a verb of the host.</summary>
    public static IEnumerable<string> OnlyTheContractIsPublic(IEnumerable<ProductType> types) =>
        from type in types
        where type is { IsPublic: true, IsRecord: false, IsEnum: false, IsValueType: false } && !type.Name.EndsWith("Options", StringComparison.Ordinal)
        where type.Folder != "Hosting" && !type.Uses.Any(u => u.StartsWith("Microsoft.AspNetCore.Components.", StringComparison.Ordinal))
        select $"{type.FullName} is public";
}
