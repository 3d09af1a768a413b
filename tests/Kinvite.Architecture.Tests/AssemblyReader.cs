using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Kinvite.Architecture.Tests;

/// <summary>Reads from a compiled assembly which type uses which, method bodies included: what the source says and the compiler kept.</summary>
internal sealed class AssemblyReader
{
    private readonly MetadataReader metadata;
    private readonly PEReader file;
    private readonly TypeNames names;

    private AssemblyReader(PEReader file)
    {
        this.file = file;
        metadata = file.GetMetadataReader();
        names = new(metadata);
    }

    /// <summary>Every top-level type of namespaces that begin with <paramref name="prefix"/>; what tools wrote (migrations, the pages' imports) is left out.</summary>
    public static IReadOnlyList<ProductType> Read(Assembly assembly, string prefix)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        return [.. new AssemblyReader(file).Types(prefix).Where(t => !IsMadeByTools(t.FullName))];
    }

    /// <summary>Whether a type's name is one that tools chose.</summary>
    public static bool IsMadeByTools(string fullName) =>
        fullName.StartsWith("Kinvite.Persistence.Migrations.", StringComparison.Ordinal) || fullName.EndsWith("._Imports", StringComparison.Ordinal);

    private IEnumerable<ProductType> Types(string prefix)
    {
        foreach (var handle in metadata.TypeDefinitions)
        {
            var type = metadata.GetTypeDefinition(handle);
            var fullName = names.Of(handle);
            if (type.IsNested || !fullName.StartsWith(prefix, StringComparison.Ordinal) || fullName.Contains('<', StringComparison.Ordinal))
            {
                continue;
            }

            var uses = new HashSet<string>(StringComparer.Ordinal);
            Collect(type, uses);
            uses.Remove(fullName);
            yield return new(fullName, uses)
            {
                IsPublic = type.Attributes.HasFlag(TypeAttributes.Public),
                IsEnum = type.BaseType.Kind == HandleKind.TypeReference && names.All(type.BaseType).Contains("System.Enum"),
                IsValueType = type.BaseType.Kind == HandleKind.TypeReference && names.All(type.BaseType).Contains("System.ValueType"),
                IsRecord = type.GetMethods().Any(m => metadata.GetString(metadata.GetMethodDefinition(m).Name) == "<Clone>$"),
                Methods = [.. type.GetMethods().Select(metadata.GetMethodDefinition).Select(m => new ProductMethod(
                    metadata.GetString(m.Name), [.. m.DecodeSignature(names, null).ParameterTypes.SelectMany(p => p)]))],
            };
        }
    }

    private void Collect(TypeDefinition type, HashSet<string> uses)
    {
        AddAll(uses, type.BaseType);
        foreach (var implemented in type.GetInterfaceImplementations())
        {
            AddAll(uses, metadata.GetInterfaceImplementation(implemented).Interface);
        }

        foreach (var attribute in type.GetCustomAttributes())
        {
            AddAll(uses, metadata.GetCustomAttribute(attribute).Constructor);
        }

        foreach (var field in type.GetFields().Select(metadata.GetFieldDefinition))
        {
            uses.UnionWith(field.DecodeSignature(names, null));
        }

        foreach (var method in type.GetMethods().Select(metadata.GetMethodDefinition))
        {
            var signature = method.DecodeSignature(names, null);
            uses.UnionWith(signature.ReturnType);
            uses.UnionWith(signature.ParameterTypes.SelectMany(p => p));
            if (method.RelativeVirtualAddress != 0)
            {
                CollectBody(file.GetMethodBody(method.RelativeVirtualAddress), uses);
            }
        }

        foreach (var nested in type.GetNestedTypes())
        {
            Collect(metadata.GetTypeDefinition(nested), uses);
        }
    }

    private void CollectBody(MethodBodyBlock body, HashSet<string> uses)
    {
        if (!body.LocalSignature.IsNil)
        {
            uses.UnionWith(metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(names, null).SelectMany(l => l));
        }

        foreach (var token in Instructions.Tokens(body.GetILReader()))
        {
            AddAll(uses, MetadataTokens.EntityHandle(token));
        }
    }

    private void AddAll(HashSet<string> uses, EntityHandle handle)
    {
        if (!handle.IsNil)
        {
            uses.UnionWith(names.All(handle));
        }
    }
}
