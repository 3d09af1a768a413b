using System.Xml.Linq;
using Kinvite.Persistence;
using Microsoft.AspNetCore.Components;

namespace Kinvite.Architecture.Tests;

/// <summary>What others may rely on, each rule with a twin that must fail.</summary>
public sealed class PublicTests
{
    private static readonly IReadOnlyList<ProductType> Product = AssemblyReader.Read(typeof(KinviteDbContext).Assembly, "Kinvite.");

    [Fact]
    public void What_is_public_is_described()
    {
        var assembly = typeof(KinviteDbContext).Assembly;
        var docs = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"));
        var types = assembly.GetExportedTypes().Where(t => !typeof(IComponent).IsAssignableFrom(t) && t.Namespace!.StartsWith("Kinvite", StringComparison.Ordinal) && !AssemblyReader.IsMadeByTools(t.FullName!)).ToList();

        Assert.True(types.Count > 20);
        Assert.Empty(PublicRules.PublicTypesAreDescribed(types, docs));
    }

    [Fact]
    public void What_is_public_and_not_described_is_caught()
    {
        var silent = XDocument.Parse("<doc><members /></doc>");
        var half = XDocument.Parse("""
            <doc><members>
              <member name="T:Kinvite.Http.OkResponse"><summary>Done.</summary></member>
              <member name="T:Kinvite.Rights.Permission"><summary>What one may do.</summary></member>
              <member name="F:Kinvite.Rights.Permission.View"><summary>Sees.</summary></member>
            </members></doc>
            """);

        Assert.Single(PublicRules.PublicTypesAreDescribed([typeof(Http.OkResponse)], silent));
        Assert.Single(PublicRules.PublicTypesAreDescribed([typeof(Http.OkResponse)], half));
        Assert.Equal(3, PublicRules.PublicTypesAreDescribed([typeof(Rights.Permission)], half).Count());
    }

    [Fact]
    public void What_comes_over_the_wire_is_public() => Assert.Empty(PublicRules.WireTypesArePublic(Product));

    [Fact]
    public void A_request_that_is_not_public_is_caught() => Assert.Single(PublicRules.WireTypesArePublic(
    [
        new("Kinvite.Members.Rename", new HashSet<string>())
        {
            Methods = [new("HandleAsync", []), new("PostAsync", ["System.Guid", "Kinvite.Members.RenameRequest", "Kinvite.Members.Rename"])],
        },
        new("Kinvite.Members.RenameRequest", new HashSet<string>()) { IsRecord = true },
    ]));

    [Fact]
    public void Only_the_contract_is_public() => Assert.Empty(PublicRules.OnlyTheContractIsPublic(Product));

    [Fact]
    public void A_use_case_that_is_public_is_caught() =>
        Assert.Single(PublicRules.OnlyTheContractIsPublic([new("Kinvite.Members.LeaveFamily", new HashSet<string>()) { IsPublic = true }]));
}
