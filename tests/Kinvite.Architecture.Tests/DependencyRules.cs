namespace Kinvite.Architecture.Tests;

/// <summary>Who may know whom, as data and as functions of the types that are there; each answers with what breaks it.</summary>
internal static class DependencyRules
{
    /// <summary>The models' one direction: a folder may use those before it, and those on its own line not at all unless named.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> ModelMayUse = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Wording"] = [],
        ["Rights"] = [],
        ["Addresses"] = [],
        ["Links"] = [],
        ["Kinds"] = ["Rights"],
        ["Accounts"] = ["Wording", "Addresses", "Links"],
        ["Families"] = ["Rights", "Addresses", "Links", "Kinds"],
        ["Members"] = ["Rights", "Addresses", "Links", "Kinds", "Families"],
        ["Activity"] = ["Rights", "Kinds", "Families", "Members"],
        ["Invitations"] = ["Wording", "Rights", "Addresses", "Links", "Kinds", "Families", "Members"],
        ["AccessRequests"] = ["Rights", "Addresses", "Links", "Kinds", "Families", "Members", "Invitations"],
    };

    /// <summary>Models that are neither kept in the database nor named by a rule's ending.</summary>
    public static readonly string[] MoreModels =
    [
        "Kinvite.Rights.Actor", "Kinvite.Rights.Capabilities", "Kinvite.Rights.Grant", "Kinvite.Rights.RightsRule", "Kinvite.Rights.Sees",
        "Kinvite.Addresses.EmailAddress", "Kinvite.Addresses.PhoneNumber", "Kinvite.Addresses.CallingCodes",
        "Kinvite.Wording.PlainText", "Kinvite.Wording.PersonName", "Kinvite.Wording.PersonalMessage",
        "Kinvite.Links.LinkToken", "Kinvite.Links.MasterKey",
        "Kinvite.Kinds.FamilyKind", "Kinvite.Kinds.KindRole", "Kinvite.Kinds.KindCheck", "Kinvite.Kinds.GrantedRole", "Kinvite.Kinds.KindGrants", "Kinvite.Kinds.LocalText",
        "Kinvite.Kinds.FamilyKinds", "Kinvite.Kinds.KindSchema",
        "Kinvite.Members.Guardians", "Kinvite.Invitations.AcceptSituation", "Kinvite.Invitations.InviteDraft", "Kinvite.Invitations.InviteChange", "Kinvite.Invitations.CsvImport", "Kinvite.Activity.ActivityTypes",
    ];

    /// <summary>What a model leaves to slices: storage, HTTP, the container, the clock, logging.</summary>
    private static readonly string[] Outside = ["Microsoft.EntityFrameworkCore.", "Microsoft.AspNetCore.", "Microsoft.Extensions.", "Npgsql.", "System.Net.Http.", "System.TimeProvider"];

    /// <summary>The expected refusal is a value that models speak; all else of HTTP is the edge's.</summary>
    private static readonly string[] ModelMayUseOfHttp = ["Kinvite.Http.Problem", "Kinvite.Http.Result", "Kinvite.Http.FieldErrors", "Kinvite.Http.Optional"];

    /// <summary>Identity's base type, which an account is.</summary>
    private static readonly HashSet<(string, string)> Exceptions = [("Kinvite.Accounts.Account", "Microsoft.AspNetCore.Identity.IdentityUser")];

    public static bool IsModel(ProductType type, IReadOnlySet<string> entities) => ModelMayUse.ContainsKey(type.Folder)
        && (entities.Contains(type.FullName) || MoreModels.Contains(type.FullName) || type.IsEnum
            || type.Name.EndsWith("Problems", StringComparison.Ordinal) || type.Name.EndsWith("Decision", StringComparison.Ordinal));

    public static IEnumerable<string> ModelsPointOneWay(IReadOnlyList<ProductType> types, IReadOnlySet<string> entities) =>
        from model in types
        where IsModel(model, entities)
        from used in model.Uses
        where Product(used) && !ModelMayUseOfHttp.Contains(used)
        let folder = used.Split('.')[1]
        where folder != model.Folder && !ModelMayUse[model.Folder].Contains(folder)
        select $"{model.FullName} uses {used}: models of {model.Folder} may use {string.Join(", ", ModelMayUse[model.Folder])}";

    public static IEnumerable<string> ModelsStayPure(IReadOnlyList<ProductType> types, IReadOnlySet<string> entities) =>
        from model in types
        where IsModel(model, entities)
        from used in model.Uses
        where Outside.Any(o => used.StartsWith(o, StringComparison.Ordinal)) && !Exceptions.Contains((model.FullName, used))
        select $"{model.FullName} uses {used}: a model takes loaded rows and the instant as arguments";

    public static IEnumerable<string> ModelsKnowNoSlice(IReadOnlyList<ProductType> types, IReadOnlySet<string> entities)
    {
        var slices = types.Where(t => t.IsSlice).Select(t => t.FullName).ToHashSet(StringComparer.Ordinal);
        return from model in types where IsModel(model, entities) from used in model.Uses where slices.Contains(used) select $"{model.FullName} uses the slice {used}";
    }

    public static IEnumerable<string> SlicesCallNoSlice(IReadOnlyList<ProductType> types)
    {
        var slices = types.Where(t => t.IsSlice).ToDictionary(t => t.FullName, StringComparer.Ordinal);
        return from slice in slices.Values
               from used in slice.Uses.Where(u => u != slice.FullName)
               where slices.TryGetValue(used, out var other) && !(slice.IsFront && (!other.IsFront || other.Folder == slice.Folder))
               select $"{slice.FullName} calls {used}: what both do belongs to the model";
    }

    public static IEnumerable<string> DeliveryKnowsNoFeature(IReadOnlyList<ProductType> types) =>
        from type in types
        where type.Folder == "Delivery"
        from used in type.Uses
        where Product(used) && used.Split('.')[1] is "Accounts" or "Families" or "Members" or "Invitations" or "AccessRequests" or "Activity" or "Kinds" or "Rights"
        select $"{type.FullName} uses {used}: a feature registers how to load, drop or render its messages";

    /// <summary>Who may see internals: tests, the bench, and the tool that makes migrations.</summary>
    public static IEnumerable<string> InternalsAreFor(IEnumerable<string> friends) =>
        friends.Where(f => !f.EndsWith(".Tests", StringComparison.Ordinal) && f is not ("Kinvite.Migrations" or "Kinvite.Bench")).Select(f => $"{f} sees internals: a program beside ours could not");

    private static bool Product(string used) => used.StartsWith("Kinvite.", StringComparison.Ordinal) && used.Count(c => c == '.') >= 2;
}
