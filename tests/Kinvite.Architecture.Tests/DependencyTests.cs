using System.Reflection;
using System.Runtime.CompilerServices;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Architecture.Tests;

/// <summary>Who may know whom. Each rule has a twin that feeds it a violation, because a rule that cannot fail says nothing.</summary>
public sealed class DependencyTests
{
    private static readonly IReadOnlyList<ProductType> Product = AssemblyReader.Read(typeof(KinviteDbContext).Assembly, "Kinvite.");

    private static readonly HashSet<string> Entities = typeof(KinviteDbContext).GetProperties().Select(p => p.PropertyType)
        .Where(t => t.IsGenericType && t.GetGenericTypeDefinition() == typeof(DbSet<>) && t.GetGenericArguments()[0].Assembly == typeof(KinviteDbContext).Assembly)
        .Select(t => t.GetGenericArguments()[0].FullName!).ToHashSet();

    [Fact]
    public void Models_point_one_way() => Assert.Empty(DependencyRules.ModelsPointOneWay(Product, Entities));

    [Fact]
    public void A_model_that_points_back_is_caught() => Assert.Single(DependencyRules.ModelsPointOneWay([Fake("Kinvite.Kinds.FamilyKind", "Kinvite.Members.Member")], Entities));

    [Fact]
    public void A_model_that_knows_delivery_is_caught() => Assert.Single(DependencyRules.ModelsPointOneWay([Fake("Kinvite.Invitations.Invitation", "Kinvite.Delivery.Outbox")], Entities));

    [Fact]
    public void Models_stay_pure() => Assert.Empty(DependencyRules.ModelsStayPure(Product, Entities));

    [Theory]
    [InlineData("Microsoft.EntityFrameworkCore.DbContext")]
    [InlineData("Microsoft.AspNetCore.Http.HttpContext")]
    [InlineData("Microsoft.Extensions.Logging.ILogger")]
    [InlineData("Microsoft.Extensions.DependencyInjection.IServiceCollection")]
    [InlineData("System.TimeProvider")]
    public void A_model_that_reaches_outside_is_caught(string used) => Assert.Single(DependencyRules.ModelsStayPure([Fake("Kinvite.Members.Member", used)], Entities));

    [Fact]
    public void Models_know_no_slice() => Assert.Empty(DependencyRules.ModelsKnowNoSlice(Product, Entities));

    [Fact]
    public void A_model_that_calls_a_slice_is_caught() =>
        Assert.Single(DependencyRules.ModelsKnowNoSlice([Fake("Kinvite.Members.Member", "Kinvite.Members.LeaveFamily"), Slice("Kinvite.Members.LeaveFamily")], Entities));

    [Fact]
    public void A_slice_calls_no_other_slice() => Assert.Empty(DependencyRules.SlicesCallNoSlice(Product));

    [Fact]
    public void A_slice_that_calls_another_is_caught() =>
        Assert.Single(DependencyRules.SlicesCallNoSlice([Slice("Kinvite.Members.GetMember"), Slice("Kinvite.Members.LeaveFamily", "Kinvite.Members.GetMember")]));

    [Theory]
    // a page puts use cases together, in its folder and beyond; nobody but its own folder's pages calls it
    [InlineData("Kinvite.Members.MemberPages", "Kinvite.Members.LeaveFamily", 0)]
    [InlineData("Kinvite.Members.MemberPages", "Kinvite.Members.ShowMember", 0)]
    [InlineData("Kinvite.Invitations.JoinPages", "Kinvite.Members.LeaveFamily", 0)]
    [InlineData("Kinvite.Invitations.JoinPages", "Kinvite.Members.ShowMember", 1)]
    [InlineData("Kinvite.Members.LeaveFamily", "Kinvite.Members.ShowMember", 1)]
    [InlineData("Kinvite.Members.LeaveFamily", "Kinvite.Members.MemberPages", 1)]
    // other addresses for what there is call use cases alone, and no use case knows of them
    [InlineData("Kinvite.SeedPaths.VaultInvites", "Kinvite.Invitations.CreateInvites", 0)]
    [InlineData("Kinvite.SeedPaths.VaultInvites", "Kinvite.Invitations.JoinPages", 1)]
    [InlineData("Kinvite.Invitations.CreateInvites", "Kinvite.SeedPaths.VaultInvites", 1)]
    public void Pages_call_and_are_not_called(string caller, string called, int faults) =>
        Assert.Equal(faults, DependencyRules.SlicesCallNoSlice([Slice(caller, called), Slice(called)]).Count());

    [Fact]
    public void Delivery_knows_no_feature() => Assert.Empty(DependencyRules.DeliveryKnowsNoFeature(Product));

    [Fact]
    public void Delivery_that_knows_a_feature_is_caught() =>
        Assert.Single(DependencyRules.DeliveryKnowsNoFeature([Fake("Kinvite.Delivery.Smtp.SmtpChannel", "Kinvite.Invitations.Invitation")]));

    [Fact]
    public void The_server_uses_only_what_is_public() =>
        Assert.Empty(DependencyRules.InternalsAreFor(typeof(KinviteDbContext).Assembly.GetCustomAttributes<InternalsVisibleToAttribute>().Select(a => a.AssemblyName)));

    [Fact]
    public void A_server_that_sees_internals_is_caught() => Assert.Single(DependencyRules.InternalsAreFor(["Kinvite.Tests", "Kinvite.Migrations", "Kinvite.Server"]));

    [Fact]
    public void The_table_speaks_of_types_that_are_there()
    {
        Assert.Empty(DependencyRules.MoreModels.Except(Product.Select(t => t.FullName)));
        Assert.Empty(DependencyRules.ModelMayUse.Keys.Except(Product.Select(t => t.Folder)));
        Assert.True(Entities.Count >= 15);
        Assert.True(Product.Count(t => t.IsSlice) >= 20);
    }

    [Fact]
    public void The_reader_sees_what_stands_in_a_body_only()
    {
        var types = AssemblyReader.Read(typeof(DependencyTests).Assembly, "Kinvite.Architecture.Tests.");
        var probe = Assert.Single(types, t => t.Name == nameof(ReaderProbe));

        Assert.Superset(
            new HashSet<string> { "System.Text.StringBuilder", "System.Net.IPAddress", "System.Text.Rune", "System.Uri", "System.Version", "System.ComponentModel.DescriptionAttribute", "System.IDisposable" },
            probe.Uses.ToHashSet());
    }

    private static ProductType Fake(string name, params string[] uses) => new(name, uses.ToHashSet());

    private static ProductType Slice(string name, params string[] uses) => Fake(name, uses) with { Methods = [new("HandleAsync", [])] };
}

/// <summary>Names one type in each of the places where a type can be named.</summary>
[System.ComponentModel.Description("Read, never called.")]
internal sealed class ReaderProbe : IDisposable
{
    public static Func<Task<int>> InsideALambda => async () =>
    {
        await Task.Yield();
        return new System.Text.StringBuilder().Length;
    };

    public static int AsAnArgument(List<Uri> uris) => uris.Count;

    public static bool AsAGenericArgument() => Array.Empty<Version>().Length == 0;

    public static string CalledAndForgotten() => System.Net.IPAddress.Loopback.ToString();

    public static IEnumerable<int> InAnIterator()
    {
        yield return System.Text.Rune.ReplacementChar.Value;
    }

    public void Dispose()
    {
    }
}
