using System.Collections.Frozen;

namespace Kinvite.Accounts;

/// <summary>
/// Passwords that are tried first, wherever one can guess. Digits and signs before and after a word do not make another one of it
/// (<c>Password123!</c>); rows of neighbours and one thing over and over are found without a list.
/// </summary>
internal static class CommonPasswords
{
    private const string Rows = "0123456789 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm qwertzuiop yxcvbnm azertyuiop";

    // Words, in the languages of our pages first, that stand in passwords again and again; with what is put around them taken off.
    private static readonly FrozenSet<string> Words = """
        password passwort contrasena contraseña passw0rd p@ssword p@ssw0rd pa55word pa$$word motdepasse parola haslo clave secret secreto letmein welcome bienvenido
        bienvenida willkommen admin administrator administrador root login changeme cambiame default master guest test testing temp temporal access
        iloveyou teamo teamomucho tequiero tequieromucho tkm ichliebedich loveyou lovely love amor amorcito miamor corazon familia family mifamilia myfamily
        kinvite invite invitation mama mamapapa papamama mamaypapa mother father mommy daddy abuela abuelo grandma grandpa hijo hija baby bebe mibebe
        princess princesa sunshine butterfly mariposa estrella angel angelito football futbol baseball basketball soccer superman batman pokemon
        starwars dragon monkey shadow michael jordan jennifer jessica ashley daniel charlie thomas alejandro carlos fernando andrea valentina
        barcelona realmadrid madrid liverpool arsenal chelsea mexico espana argentina colombia america chocolate computer internet samsung
        facebook google whatsapp freedom whatever trustno killer hunter cookie cheese flower summer winter spring autumn verano invierno primavera
        monday january december enero diciembre hello hola holahola helloworld goodluck qazwsx qazwsxedc zaqxsw qweasd qweasdzxc asdqwe abcabc
        jesus jesuschrist jesusteamo diosesamor dios blessed forever paravida
        """.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a password is one of them; it has at least <see cref="PasswordRule.Shortest"/> characters.</summary>
    public static bool Has(string password)
    {
        var lower = password.ToLowerInvariant();
        return Words.Contains(lower) || Words.Contains(lower.Trim([.. lower.Where(c => !char.IsLetter(c))]))
            || IsRepeated(lower) || IsMostlyRows(lower);
    }

    // "aaaaaaaa", "abcabcabc", "12121212", "holahola": up to four characters over and over, the last time perhaps cut off.
    private static bool IsRepeated(string text) => Enumerable.Range(1, 4).Any(unit => Enumerable.Range(unit, text.Length - unit).All(i => text[i] == text[i - unit]));

    // "12345678", "qwertyuiop", "abcd1234", "1q2w3e4r": nothing but steps to a neighbour, save a few.
    private static bool IsMostlyRows(string text)
    {
        var steps = Enumerable.Range(1, text.Length - 1).Count(i => AreNeighbours(text[i - 1], text[i]));
        var crossed = Enumerable.Range(2, text.Length - 2).Count(i => AreNeighbours(text[i - 2], text[i]));
        return steps >= text.Length - 2 || crossed >= text.Length - 2;
    }

    private static bool AreNeighbours(char one, char other) =>
        (one == '9' && other == '0') || (one == '0' && other == '9')
        || (one != ' ' && other != ' ' && (Rows.Contains($"{one}{other}", StringComparison.Ordinal) || Rows.Contains($"{other}{one}", StringComparison.Ordinal)));
}
