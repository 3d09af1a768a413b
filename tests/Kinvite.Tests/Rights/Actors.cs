using Kinvite.Rights;

namespace Kinvite.Tests.Rights;

/// <summary>
/// People of the tests, written as short as tables need them: <c>admin</c> and <c>edit +invites.manage</c> see the whole family,
/// <c>a:admin b:view +points.adjust</c> only those children, <c>guest</c> is a guest; empty is nobody.
/// </summary>
internal static class Actors
{
    public static readonly Guid Me = Id('m');

    public static Guid Id(char letter) => new($"00000000-0000-7000-8000-0000000000{(int)letter:x2}");

    public static Actor? Of(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var children = words.Where(w => w.Contains(':', StringComparison.Ordinal)).ToDictionary(w => Id(w[0]), w => Level(w[2..]));
        var guest = words.Contains("guest");
        var whole = words.FirstOrDefault(w => Enum.TryParse<Permission>(w, ignoreCase: true, out _));
        return new(
            Me,
            whole is not null ? Level(whole) : children.Values.DefaultIfEmpty(Permission.View).Max(),
            WholeFamily: whole is not null || (guest && children.Count == 0),
            children,
            words.Where(w => w[0] == '+').Select(w => w[1..]).ToHashSet(StringComparer.Ordinal),
            IsGuardian: false,
            guest);
    }

    public static Grant GrantOf(string text) => Of(text) is { } a ? new(a.Permission, a.WholeFamily, a.Children, a.RoleCapabilities) : throw new ArgumentException(text);

    private static Permission Level(string word) => Enum.Parse<Permission>(word, ignoreCase: true);
}
