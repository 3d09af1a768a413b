using Kinvite.Persistence;

namespace Kinvite.Architecture.Tests;

/// <summary>How files and names look, each rule with a twin that must fail.</summary>
public sealed class SourceTests
{
    private static readonly IReadOnlyList<SourceFile> Files = [.. Repository.CSharp()];
    private static readonly IReadOnlyList<ProductType> Product = AssemblyReader.Read(typeof(KinviteDbContext).Assembly, "Kinvite.");

    [Fact]
    public void The_source_is_found() => Assert.Contains(Files, f => f.Name == "src/Kinvite/Members/Member.cs");

    [Fact]
    public void No_file_has_three_hundred_lines() => Assert.Empty(SourceRules.FilesAreShort(Files));

    [Fact]
    public void A_file_of_three_hundred_lines_is_caught()
    {
        Assert.Empty(SourceRules.FilesAreShort([new("src/Kinvite/A.cs", new string('\n', 299))]));
        Assert.Single(SourceRules.FilesAreShort([new("src/Kinvite/A.cs", new string('\n', 300))]));
    }

    [Fact]
    public void Names_say_what_things_are() => Assert.Empty(SourceRules.NamesSayWhatThingsAre(Product));

    [Theory]
    [InlineData("Kinvite.Members.MemberManager")]
    [InlineData("Kinvite.Members.MemberHelper")]
    [InlineData("Kinvite.Members.MemberUtils")]
    [InlineData("Kinvite.Members.MemberService")]
    public void A_name_that_says_nothing_is_caught(string name) => Assert.Single(SourceRules.NamesSayWhatThingsAre([new(name, new HashSet<string>())]));

    [Fact]
    public void Namespaces_follow_folders() => Assert.Empty(SourceRules.NamespacesFollowFolders(Files));

    [Fact]
    public void A_namespace_of_another_folder_is_caught() =>
        Assert.Single(SourceRules.NamespacesFollowFolders([new("src/Kinvite/Members/Member.cs", "namespace Kinvite.Families;\n")]));

    [Fact]
    public void Nothing_is_left_for_later() => Assert.Empty(SourceRules.NothingIsLeftForLater(Files));

    [Fact]
    public void What_is_left_for_later_is_caught() =>
        Assert.Equal(2, SourceRules.NothingIsLeftForLater([new("src/Kinvite/A.cs", "// TODO: later\nthrow new NotImplementedException();")]).Count());

    [Fact]
    public void Every_log_event_has_a_number_of_its_own()
    {
        Assert.Contains(Files, f => f.Text.Contains("[LoggerMessage(9000,", StringComparison.Ordinal));
        Assert.Empty(SourceRules.LogEventsHaveTheirOwnNumbers(Files));
    }

    [Fact]
    public void A_number_used_twice_is_caught() =>
        Assert.Single(SourceRules.LogEventsHaveTheirOwnNumbers([new("src/Kinvite/A.cs", "[LoggerMessage(7, LogLevel.Error, \"x\")]"), new("src/Kinvite/B.cs", "[LoggerMessage(7, LogLevel.Error, \"y\")]\n[LoggerMessage(8, LogLevel.Error, \"z\")]")]));
}
