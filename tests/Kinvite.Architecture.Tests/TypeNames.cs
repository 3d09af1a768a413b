using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Kinvite.Architecture.Tests;

/// <summary>The names of all types that a piece of metadata speaks of; a nested type has its outermost type's name.</summary>
internal sealed class TypeNames(MetadataReader metadata) : ISignatureTypeProvider<IEnumerable<string>, object?>
{
    public string Of(TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        while (type.IsNested)
        {
            type = metadata.GetTypeDefinition(type.GetDeclaringType());
        }

        return FullName(metadata.GetString(type.Namespace), metadata.GetString(type.Name));
    }

    public IEnumerable<string> All(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.TypeDefinition => [Of((TypeDefinitionHandle)handle)],
        HandleKind.TypeReference => [Of((TypeReferenceHandle)handle)],
        HandleKind.TypeSpecification => metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null),
        HandleKind.MethodDefinition => [Of(metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType())],
        HandleKind.FieldDefinition => [Of(metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType())],
        HandleKind.MemberReference => OfMember(metadata.GetMemberReference((MemberReferenceHandle)handle)),
        HandleKind.MethodSpecification => OfGeneric(metadata.GetMethodSpecification((MethodSpecificationHandle)handle)),
        _ => [],
    };

    public IEnumerable<string> GetPrimitiveType(PrimitiveTypeCode typeCode) => [];

    public IEnumerable<string> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => [Of(handle)];

    public IEnumerable<string> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => [Of(handle)];

    public IEnumerable<string> GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => All(handle);

    public IEnumerable<string> GetGenericInstantiation(IEnumerable<string> genericType, ImmutableArray<IEnumerable<string>> typeArguments) => genericType.Concat(typeArguments.SelectMany(a => a));

    public IEnumerable<string> GetFunctionPointerType(MethodSignature<IEnumerable<string>> signature) => signature.ReturnType.Concat(signature.ParameterTypes.SelectMany(p => p));

    public IEnumerable<string> GetModifiedType(IEnumerable<string> modifier, IEnumerable<string> unmodifiedType, bool isRequired) => unmodifiedType;

    public IEnumerable<string> GetArrayType(IEnumerable<string> elementType, ArrayShape shape) => elementType;

    public IEnumerable<string> GetSZArrayType(IEnumerable<string> elementType) => elementType;

    public IEnumerable<string> GetByReferenceType(IEnumerable<string> elementType) => elementType;

    public IEnumerable<string> GetPointerType(IEnumerable<string> elementType) => elementType;

    public IEnumerable<string> GetPinnedType(IEnumerable<string> elementType) => elementType;

    public IEnumerable<string> GetGenericMethodParameter(object? genericContext, int index) => [];

    public IEnumerable<string> GetGenericTypeParameter(object? genericContext, int index) => [];

    private IEnumerable<string> OfMember(MemberReference member) => member.GetKind() == MemberReferenceKind.Field
        ? All(member.Parent).Concat(member.DecodeFieldSignature(this, null))
        : All(member.Parent).Concat(member.DecodeMethodSignature(this, null).ReturnType);

    private IEnumerable<string> OfGeneric(MethodSpecification method) => All(method.Method).Concat(method.DecodeSignature(this, null).SelectMany(a => a));

    private string Of(TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        while (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            type = metadata.GetTypeReference((TypeReferenceHandle)type.ResolutionScope);
        }

        return FullName(metadata.GetString(type.Namespace), metadata.GetString(type.Name));
    }

    private static string FullName(string space, string name) => $"{space}.{name.Split('`')[0]}".TrimStart('.');
}
