using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Invitations;

public sealed class CreateInvitesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task A_new_invitation_has_exactly_the_documented_fields()
    {
        using var circle = await Circle.StartAsync(App, founder: "Ana Aasen");
        var until = App.Clock.GetUtcNow().AddDays(30);
        var created = await circle.Founder.PostAsync(
            circle.Invites,
            new { invites = new[] { new { email = "Olga.Field@Example.org", name = "Olga", role = "caregiver", accessUntil = until, locale = "es" } }, message = "See you\nsoon" },
            HttpStatusCode.Created);

        Assert.Equal(["ok", "count", "items"], created.EnumerateObject().Select(p => p.Name));
        Assert.True(created.GetProperty("ok").GetBoolean());
        Assert.Equal(1, created.GetProperty("count").GetInt32());
        var item = created.GetProperty("items")[0];
        Assert.Equal(0, item.GetProperty("index").GetInt32());
        Assert.Equal("created", item.GetProperty("outcome").GetString());
        var invite = item.GetProperty("invite");
        string[] fields =
        [
            "id", "status", "channel", "email", "phone", "name", "role", "permission", "children", "accessUntil", "message", "locale", "binding", "requireLogin",
            "memberId", "delivery", "seenAt", "invitedBy", "createdAt", "expiresAt", "acceptedAt", "acceptedBy",
        ];
        Assert.Equal(fields, invite.EnumerateObject().Select(p => p.Name));
        Assert.Equal("pending", Text(invite, "status"));
        Assert.Equal("email", Text(invite, "channel"));
        Assert.Equal("Olga.Field@Example.org", Text(invite, "email"));
        Assert.Equal("caregiver", Text(invite, "role"));
        Assert.Equal("edit", Text(invite, "permission"));
        Assert.Equal("See you\nsoon", Text(invite, "message"));
        Assert.Equal("es", Text(invite, "locale"));
        Assert.Equal("confirm", Text(invite, "binding"));
        Assert.Equal("queued", Text(invite.GetProperty("delivery"), "state"));
        Assert.Equal("Ana Aasen", Text(invite.GetProperty("invitedBy"), "name"));
        Assert.Equal(until.ToUnixTimeMilliseconds(), invite.GetProperty("accessUntil").GetDateTimeOffset().ToUnixTimeMilliseconds());
        Assert.Equal(TimeSpan.FromDays(7), invite.GetProperty("expiresAt").GetDateTimeOffset() - invite.GetProperty("createdAt").GetDateTimeOffset());
        Assert.Equal(invite.GetProperty("id").GetString(), (await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}")).GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("home", "relative", "view", 7)]
    [InlineData("vault", "member", "view", 14)]
    [InlineData("chores", "parent", "admin", 7)]
    [InlineData("team", "player", "edit", 7)]
    [InlineData("care", "caregiver", "edit", 7)]
    public async Task What_is_left_out_is_as_the_kind_has_it(string kind, string role, string permission, int days)
    {
        using var circle = await Circle.StartAsync(App, kind);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });

        Assert.Equal(role, Text(invite, "role"));
        Assert.Equal(permission, Text(invite, "permission"));
        Assert.Equal(TimeSpan.FromDays(days), invite.GetProperty("expiresAt").GetDateTimeOffset() - invite.GetProperty("createdAt").GetDateTimeOffset());
        Assert.True(invite.GetProperty("requireLogin").GetBoolean());
    }

    [Theory]
    [InlineData("vault", "member", "view", null)]
    [InlineData("vault", "member", "edit", null)]
    [InlineData("vault", "parent", "admin", null)]
    [InlineData("vault", "member", "owner", "invites[0].permission")]
    [InlineData("home", "caregiver", "view", null)]
    [InlineData("home", "caregiver", "admin", "invites[0].permission")]
    [InlineData("home", "co-parent", "owner", "invites[0].permission")]
    [InlineData("team", "player", "edit", null)]
    [InlineData("team", "player", "view", "invites[0].permission")]
    [InlineData("chores", "teen", "admin", "invites[0].permission")]
    [InlineData("home", "owner", null, "invites[0].role")]
    [InlineData("home", "child", null, "invites[0].role")]
    [InlineData("home", "Co-Parent", null, "invites[0].role")]
    [InlineData("home", "co-parent ", null, "invites[0].role")]
    [InlineData("home", "co-parent\u200b", null, "invites[0].role")]
    [InlineData("home", "0", null, "invites[0].role")]
    [InlineData("home", "", null, "invites[0].role")]
    [InlineData("vault", "owner", null, "invites[0].role")]
    public async Task The_kind_says_who_decides_what_somebody_may_do(string kind, string role, string? permission, string? fault)
    {
        using var circle = await Circle.StartAsync(App, kind);
        var email = Circle.NewEmail();
        object entry = permission is null ? new { email, role } : new { email, role, permission };
        if (fault is not null)
        {
            Assert.Equal([fault], await circle.Founder.FaultsAsync(circle.Invites, new { invites = new[] { entry } }));
            return;
        }

        Assert.Equal(permission, Text(await circle.InviteAsync(entry), "permission"));
    }

    [Theory]
    [InlineData("""{"invites":[]}""", "invites")]
    [InlineData("""{}""", "invites")]
    [InlineData("""{"invites":null}""", "invites")]
    [InlineData("""{"invites":[null]}""", "invites[0]")]
    [InlineData("""{"invites":[{"email":"olga@example.org"},{"email":"not an address"}]}""", "invites[1].email")]
    [InlineData("""{"invites":[{"email":"Olga <olga@example.org>"}]}""", "invites[0].email")]
    [InlineData("""{"invites":[{"email":"a@example.org,b@example.org"}]}""", "invites[0].email")]
    [InlineData("""{"invites":[{"email":"a@example.org\r\nBcc: b@example.org"}]}""", "invites[0].email")]
    [InlineData("""{"invites":[{"email":"olga@[127.0.0.1]"}]}""", "invites[0].email")]
    [InlineData("""{"invites":[{"email":""}]}""", "invites[0].email")]
    [InlineData("""{"invites":[{"phone":"123"}]}""", "invites[0].phone")]
    [InlineData("""{"invites":[{"email":"olga@example.org","phone":"+4741234567"}]}""", "invites[0].phone")]
    [InlineData("""{"invites":[{"email":"olga@example.org","name":"www.evil.example"}]}""", "invites[0].name")]
    [InlineData("""{"invites":[{"email":"olga@example.org","name":""}]}""", "invites[0].name")]
    [InlineData("""{"invites":[{"email":"olga@example.org","locale":"fr"}]}""", "invites[0].locale")]
    [InlineData("""{"invites":[{"email":"olga@example.org","accessUntil":"2020-01-01T00:00:00Z"}]}""", "invites[0].accessUntil")]
    [InlineData("""{"invites":[{"email":"olga@example.org","accessUntil":"2099-01-01T00:00:00"}]}""", "invites[0].accessUntil")]
    [InlineData("""{"invites":[{"email":"olga@example.org","accessUntil":7}]}""", "invites[0].accessUntil")]
    [InlineData("""{"invites":[{"email":"olga@example.org","memberId":"00000000-0000-0000-0000-000000000001"}]}""", "invites[0].memberId")]
    [InlineData("""{"invites":[{"email":"olga@example.org","status":"accepted"}]}""", "invites[0].status")]
    [InlineData("""{"invites":[{"email":"olga@example.org","permission":4}]}""", "invites[0].permission")]
    [InlineData("""{"invites":[{"email":"olga@example.org","role":[]}]}""", "invites[0].role")]
    [InlineData("""{"invites":[{"email":"olga@example.org","children":[null]}]}""", "invites[0].children")]
    [InlineData("""{"invites":[{"email":"olga@example.org","children":[{"childId":"00000000-0000-0000-0000-000000000001"}]}]}""", "invites[0].children")]
    [InlineData("""{"invites":[{"email":"olga@example.org"}],"message":"a\u202eb"}""", "message")]
    [InlineData("""{"invites":[{"email":"olga@example.org"}],"message":"a\u0000b"}""", "message")]
    [InlineData("""{"invites":[{"email":"olga@example.org","permission":"edit","role":"caregiver"}],"requireLogin":false}""", "requireLogin")]
    [InlineData("""{"invites":[{"email":"olga@example.org"}],"binding":"none"}""", "binding")]
    [InlineData("""{"invites":[{"email":"olga@example.org"}],"notify":"yes"}""", "notify")]
    [InlineData("""{"invites":[{"email":"olga@example.org"}],"inviterId":"x"}""", "inviterId")]
    public async Task What_is_wrong_is_named_at_its_field_and_nothing_is_made(string body, string field)
    {
        using var circle = await Circle.StartAsync(App);

        Assert.Equal([field], await circle.Founder.FaultsAsync(circle.Invites, body));

        Assert.Equal(0, (await circle.Founder.GetAsync($"{circle.Invites}?status=all")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Everything_wrong_is_said_at_once()
    {
        using var circle = await Circle.StartAsync(App);
        var faults = await circle.Founder.FaultsAsync(
            circle.Invites,
            """{"invites":[{"email":"olga@example.org"},{"email":"x","role":"king","name":"a@b.cc","locale":"xx"},{"phone":"1"}],"message":"\u0007","binding":"bearer"}""");

        Assert.Equal(["binding", "invites[1].email", "invites[1].locale", "invites[1].name", "invites[1].role", "invites[2].phone", "message"], faults.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(501, false)]
    [InlineData(10_000, false)]
    public async Task A_message_has_at_most_500_characters(int length, bool fits)
    {
        using var circle = await Circle.StartAsync(App);
        var body = new { invites = new[] { new { email = Circle.NewEmail() } }, message = new string('x', length) };
        if (fits)
        {
            await circle.Founder.PostAsync(circle.Invites, body, HttpStatusCode.Created);
        }
        else
        {
            Assert.Equal(["message"], await circle.Founder.FaultsAsync(circle.Invites, body));
        }
    }

    [Fact]
    public async Task Fifty_people_fit_in_one_call_and_no_more()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var most = Enumerable.Range(0, 50).Select(_ => new { email = Circle.NewEmail("bulk") }).ToArray();

        var created = await circle.Founder.PostAsync(circle.Invites, new { invites = most }, HttpStatusCode.Created);

        Assert.Equal(50, created.GetProperty("count").GetInt32());
        Assert.Equal(["invites"], await circle.Founder.FaultsAsync(circle.Invites, new { invites = most.Append(new { email = Circle.NewEmail() }) }));
    }

    [Fact]
    public async Task Who_may_not_invite_makes_lists_and_changes_nothing()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.MemberAsync("relative");
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });
        var own = $"{circle.Invites}/{invite.GetProperty("id")}";

        await olga.PostRefusedAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail() } } }, 403, "rights.missing");
        await olga.GetRefusedAsync(circle.Invites, 403, "rights.missing");
        await olga.GetRefusedAsync(own, 403, "rights.missing");
        await olga.PostRefusedAsync($"{own}/resend", null, 403, "rights.missing");
        await olga.PostRefusedAsync($"{own}/link", null, 403, "rights.missing");
        await olga.DeleteRefusedAsync(own, 403, "rights.missing");
        await olga.GetRefusedAsync($"{circle.Path}/access-requests", 403, "rights.missing");
    }

    [Fact]
    public async Task Without_a_message_wanted_nothing_is_sent()
    {
        using var circle = await Circle.StartAsync(App);
        var created = await circle.Founder.PostAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail() } }, notify = false }, HttpStatusCode.Created);
        var invite = created.GetProperty("items")[0].GetProperty("invite");

        Assert.Equal("none", Text(invite.GetProperty("delivery"), "state"));
        Assert.Equal(0L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE subject_id = '{invite.GetProperty("id")}'"));
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
