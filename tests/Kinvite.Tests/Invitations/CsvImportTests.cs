using System.Text;
using Kinvite.Addresses;
using Kinvite.Invitations;
using Kinvite.Kinds;
using static Kinvite.Invitations.CsvProblem;

namespace Kinvite.Tests.Invitations;

public sealed class CsvImportTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("email,name\nolga@example.org,Olga Berg\nper@example.org,Per\n")]
    [InlineData("email,name\r\nolga@example.org,Olga Berg\r\nper@example.org,Per")]
    [InlineData("Correo electrónico;Nombre\nolga@example.org;Olga Berg\nper@example.org;Per\n")]
    [InlineData("NOMBRE\tE-Mail\nOlga Berg\tolga@example.org\nPer\tper@example.org\n")]
    [InlineData("\"e-mail\" , \"name\"\n\"olga@example.org\" , \"Olga Berg\"\n\"per@example.org\" , \"Per\"\n")]
    [InlineData("olga@example.org,Olga Berg\nper@example.org,Per\n")]
    [InlineData("Olga Berg;olga@example.org\nPer;per@example.org\n")]
    [InlineData("\nemail,name\n\nolga@example.org,Olga Berg\n,\nper@example.org,Per\n\n")]
    public void What_spreadsheets_write_is_read(string text)
    {
        var import = Read(text);

        Assert.Null(import.Trouble);
        Assert.Equal([("olga@example.org", "Olga Berg"), ("per@example.org", "Per")], import.Rows.Select(r => (r.Entry!.Email, r.Entry.Name)));
        Assert.All(import.Rows, r => Assert.Empty(r.Faults));
    }

    [Fact]
    public void Every_usual_encoding_is_read()
    {
        const string Text = "email;nombre\nolga@example.org;Íñigo Peña\n";
        byte[][] files =
        [
            Encoding.UTF8.GetBytes(Text), [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Text)], [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Text)],
            [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Text)], Encoding.Latin1.GetBytes(Text),
        ];

        Assert.All(files, f => Assert.Equal("Íñigo Peña", CsvImport.Read(f, Kind(), _ => true, "UTC", Now).Rows.Single().Entry?.Name));
    }

    [Fact]
    public void Quoted_cells_keep_what_would_divide_them()
    {
        var row = Read("name,email\n\"Berg, Olga \"\"Oli\"\"\",olga@example.org\n").Rows.Single();

        Assert.Equal("Berg, Olga \"Oli\"", row.Entry!.Name);
    }

    [Theory]
    [InlineData("co-parent", "co-parent")]
    [InlineData("Co-Parent", "co-parent")]
    [InlineData("GRANDPARENT", "grandparent")]
    [InlineData("", null)]
    public void A_role_is_known_by_its_key_or_by_its_name(string cell, string? role) =>
        Assert.Equal(role, Read($"email,role\nolga@example.org,{cell}\n").Rows.Single().Entry!.Role);

    [Fact]
    public void Every_role_that_can_be_given_is_known_by_its_name_in_both_languages()
    {
        foreach (var role in Kind().Roles.Where(r => r.Invitable))
        {
            Assert.All(role.Name.ByLanguage.Values, name => Assert.Equal(role.Key, Read($"email;rol\nolga@example.org;{name}\n").Rows.Single().Entry?.Role));
        }
    }

    [Fact]
    public void A_day_ends_where_the_inviter_lives_and_languages_have_names()
    {
        var row = Read("email;hasta;idioma\nolga@example.org;2026-11-30;Español\n", timeZone: "Europe/Oslo").Rows.Single();

        Assert.Equal(new DateTimeOffset(2026, 11, 30, 23, 0, 0, TimeSpan.Zero), row.Entry!.AccessUntil);
        Assert.Equal("es", row.Entry.Locale);
    }

    [Fact]
    public void Each_row_says_what_is_wrong_with_it_and_where_it_stands()
    {
        var import = Read("""
            email,name,role,until,language
            olga@example.org,Olga,,,
            ,Nobody,,,
            not an address,,,,
            OLGA@example.org,,,,
            per@example.org,https://evil.example,owner,2020-01-01,Klingon
            ada@example.org,Ada,child,tomorrow,
            """);

        Assert.Equal([2, 3, 4, 5, 6, 7], import.Rows.Select(r => r.Line));
        Assert.Equal(
            new CsvProblem[][] { [], [AddressMissing], [Address], [Repeated], [CsvProblem.Name, Role, AccessUntil, Language], [Role, AccessUntil] },
            import.Rows.Select(r => r.Faults.Select(f => f.Problem).ToArray()));
        Assert.Equal([true, false, false, false, false, false], import.Rows.Select(r => r.Entry is not null));
        Assert.Equal("not an address", import.Rows[2].Address);
        Assert.Equal("owner", import.Rows[4].Faults[1].Cell);
    }

    [Theory]
    [InlineData("phone,name\n+45 20 12 34 56,Olga\n")]
    [InlineData("Nombre;Teléfono móvil;Móvil\nOlga;;0045 20123456\n")]
    [InlineData("email,phone,name\n,'+4520123456,Olga\n")] // as an export writes it
    [InlineData("Olga,(+45) 2012-3456\n")]
    public void Numbers_are_people_too(string text)
    {
        var row = Read(text).Rows.Single();

        Assert.Equal((null, "+4520123456", "Olga"), (row.Entry!.Email, row.Entry.Phone, row.Entry.Name));
    }

    [Fact]
    public void Who_has_a_mailbox_and_a_number_gets_a_mail_and_a_number_where_no_text_can_go_says_so_in_its_row()
    {
        var import = Read("""
            email,phone
            olga@example.org,+45 20 12 34 56
            ,+45 20 12 34 56
            ,0045 20123456
            ,+47 412 34 567
            ,20123456
            """, texts: number => number.Country == "DK");

        Assert.Equal(("olga@example.org", null), (import.Rows[0].Entry!.Email, import.Rows[0].Entry!.Phone));
        Assert.Equal(new CsvProblem[][] { [], [], [Repeated], [Texts], [Phone] }, import.Rows.Select(r => r.Faults.Select(f => f.Problem).ToArray()));
        Assert.Equal("+47 412 34 567", import.Rows[3].Faults.Single().Cell);
    }

    [Fact]
    public void Columns_that_are_not_known_are_named_and_left_alone()
    {
        var import = Read("email,status,shoe size\nolga@example.org,pending,43\n");

        Assert.Equal(["status", "shoe size"], import.Ignored);
        Assert.NotNull(import.Rows.Single().Entry);
    }

    [Theory]
    [InlineData("", CsvTrouble.Empty)]
    [InlineData(" \n\n", CsvTrouble.Empty)]
    [InlineData("email,name\n", CsvTrouble.Empty)]
    [InlineData("name,city\nOlga,Oslo\n", CsvTrouble.NoAddresses)]
    [InlineData("PK\u0003\u0004\u0000\u0000", CsvTrouble.NotText)]
    [InlineData("email,name\n\"olga@example.org,Olga\nper@example.org,Per\n", CsvTrouble.Garbled)]
    public void A_file_that_is_none_says_why(string text, object trouble)
    {
        var import = Read(text);

        Assert.Equal((CsvTrouble)trouble, import.Trouble);
        Assert.Empty(import.Rows);
    }

    [Fact]
    public void Fifty_people_are_read_and_no_more()
    {
        static string People(int count) => "email\n" + string.Concat(Enumerable.Range(1, count).Select(i => $"p{i}@example.org\n"));

        Assert.Equal(50, Read(People(50)).Rows.Count(r => r.Entry is not null));
        Assert.Equal(CsvTrouble.TooMany, Read(People(51)).Trouble);
    }

    [Theory]
    [InlineData("=1+2")]
    [InlineData("+4741234567")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    [InlineData(" =1")]
    [InlineData("＝1")]
    public void PRV_S03_A_formula_is_a_text_in_a_file_and_comes_back_as_it_was(string text)
    {
        Assert.Equal($"'{text}", CsvCell.Write(text));
        Assert.Equal(text, CsvCell.Read(CsvCell.Write(text)!));
    }

    [Theory]
    [InlineData("Olga")]
    [InlineData("O'Brien")]
    [InlineData("'Olga")]
    [InlineData("a=b")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_formula_stays_as_it_is(string? text)
    {
        Assert.Equal(text, CsvCell.Write(text));
        Assert.Equal(text ?? "", CsvCell.Read(text ?? ""));
    }

    private static CsvImport Read(string text, string timeZone = "UTC", Predicate<PhoneNumber>? texts = null) =>
        CsvImport.Read(Encoding.UTF8.GetBytes(text), Kind(), texts ?? (_ => true), timeZone, Now);

    private static FamilyKind Kind() => new FamilyKinds(directory: null).TryFind("home")!;
}
