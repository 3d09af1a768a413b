using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Devices;

/// <summary>Shared tablets: who adds and removes them, what they show, and whom they let in.</summary>
public sealed class DeviceTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task A_tablet_shows_the_children_without_an_account_and_nobody_else()
    {
        using var circle = await Circle.StartAsync(App);
        await circle.MemberAsync("teen", "Tia Berg");
        await circle.Founder.PostAsync($"{circle.Path}/members", new { name = "Berta", role = "elder" }, HttpStatusCode.Created);
        var mia = (await circle.Founder.PostAsync($"{circle.Path}/members", new { name = "Mia", role = "child", avatar = "fish", pin = Tablets.Pin }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        var noa = await circle.ChildAsync("Noa");
        var tablet = await circle.TabletAsync();

        var shown = await tablet.GetAsync("/api/device");

        Assert.Equal("The Aasens", shown.GetProperty("familyName").GetString());
        Assert.Equal(
            [(mia, "Mia", "fish", true), (noa, "Noa", null, false)],
            shown.GetProperty("faces").EnumerateArray().Select(f => (
                f.GetProperty("memberId").GetGuid(), f.GetProperty("name").GetString(), f.GetProperty("avatar").GetString(), f.GetProperty("hasPin").GetBoolean())));
        Assert.All(shown.GetProperty("faces").EnumerateArray(), f => Assert.Equal(4, f.EnumerateObject().Count()));
    }

    [Fact]
    public async Task The_token_is_shown_once_and_only_its_hash_is_kept()
    {
        using var circle = await Circle.StartAsync(App);
        var shared1 = await circle.Founder.PostAsync($"{circle.Path}/devices", new { name = "Kitchen" }, HttpStatusCode.Created);
        var token = shared1.GetProperty("deviceToken").GetString()!;

        var listed = (await circle.Founder.GetAsync($"{circle.Path}/devices")).GetProperty("items")[0];
        Assert.Equal(("Kitchen", "Ana Aasen"), (listed.GetProperty("name").GetString(), listed.GetProperty("addedBy").GetProperty("name").GetString()));
        Assert.DoesNotContain(token, listed.ToString(), StringComparison.Ordinal);
        var secret = System.Buffers.Text.Base64Url.DecodeFromChars(token)[16..];
        Assert.Equal(32, secret.Length);
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(secret), await shared.Database.ScalarAsync<byte[]>($"SELECT secret_hash FROM devices WHERE id = '{listed.GetProperty("id")}'"));
        Assert.DoesNotContain(token, App.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sent_again_with_its_key_the_same_tablet_is_answered_without_a_token()
    {
        using var circle = await Circle.StartAsync(App);
        var answers = new List<JsonElement>();
        for (var i = 0; i < 2; i++)
        {
            using var answer = await circle.Founder.RequestAsync(HttpMethod.Post, $"{circle.Path}/devices", new { name = "Kitchen" }, ("Idempotency-Key", "tablet"));
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            answers.Add((await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync())).RootElement.Clone());
        }

        Assert.Equal(answers[0].GetProperty("id").ToString(), answers[1].GetProperty("id").ToString());
        Assert.Equal(JsonValueKind.Null, answers[1].GetProperty("deviceToken").ValueKind);
        Assert.Single((await circle.Founder.GetAsync($"{circle.Path}/devices")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Only_who_looks_after_the_children_or_sees_to_the_settings_adds_lists_and_removes_tablets()
    {
        using var circle = await Circle.StartAsync(App);
        var parent = await circle.MemberAsync("co-parent");
        var mia = await circle.ChildAsync();
        var tablet = await circle.TabletAsync();
        var id = (await parent.GetAsync($"{circle.Path}/devices")).GetProperty("items")[0].GetProperty("id");
        foreach (var person in new[] { await circle.MemberAsync("grandparent"), await circle.MemberAsync("caregiver"), await circle.MemberAsync("teen"), await circle.InAsync(tablet, mia) })
        {
            await person.PostRefusedAsync($"{circle.Path}/devices", new { name = "Mine" }, 403, "rights.missing");
            await person.GetRefusedAsync($"{circle.Path}/devices", 403, "rights.missing");
            using var answer = await person.RequestAsync(HttpMethod.Delete, $"{circle.Path}/devices/{id}");
            await answer.ProblemAsync(403, "rights.missing");
        }

        await parent.DeleteAsync($"{circle.Path}/devices/{id}", HttpStatusCode.NoContent);
        await parent.DeleteAsync($"{circle.Path}/devices/{id}", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("""{"name":" "}""", "name")]
    [InlineData("""{"name":"see https://example.org"}""", "name")]
    [InlineData("""{"name":"Kitchen","deviceToken":"x"}""", "deviceToken")]
    public async Task What_is_no_tablet_is_refused_at_the_field(string body, string field)
    {
        using var circle = await Circle.StartAsync(App);
        Assert.Equal([field], await circle.Founder.FaultsAsync($"{circle.Path}/devices", body));
    }

    [Fact]
    public async Task A_family_has_twenty_tablets_at_most_even_when_thirty_are_added_at_once()
    {
        using var circle = await Circle.StartAsync(App);
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => circle.Founder.RequestAsync(HttpMethod.Post, $"{circle.Path}/devices", new { name = $"Tablet {i}" })));

        Assert.Equal(20, answers.Count(a => a.StatusCode == HttpStatusCode.Created));
        foreach (var refused in answers.Where(a => a.StatusCode != HttpStatusCode.Created))
        {
            await refused.ProblemAsync(409, "device.too_many");
        }

        Array.ForEach(answers, a => a.Dispose());
    }

    [Fact]
    public async Task A_removed_tablet_shows_nothing_and_whoever_was_in_on_it_is_out_at_once_refresh_included()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync();
        var (kitchen, hall) = (await circle.TabletAsync(), await circle.TabletAsync("Hall"));
        var (inKitchen, inHall) = (await circle.InAsync(kitchen, mia), await circle.InAsync(hall, mia));
        var id = (await circle.Founder.GetAsync($"{circle.Path}/devices")).GetProperty("items").EnumerateArray().Single(d => d.GetProperty("name").GetString() == "Kitchen").GetProperty("id");

        await circle.Founder.DeleteAsync($"{circle.Path}/devices/{id}", HttpStatusCode.NoContent);

        await kitchen.GetRefusedAsync("/api/device", 401, "auth.required");
        using (var refused = await kitchen.TryAsync(mia, null))
        {
            await refused.ProblemAsync(401, "auth.required");
        }

        await inKitchen.GetRefusedAsync($"{circle.Path}/me", 401, "auth.required");
        await inKitchen.PostRefusedAsync("/api/auth/refresh", new { refreshToken = inKitchen.RefreshToken }, 401, "auth.required");
        await inHall.GetAsync($"{circle.Path}/me");
    }

    [Fact]
    public async Task A_childs_tokens_are_refreshed_while_tablet_and_child_are_there()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync();
        var tablet = await circle.TabletAsync();
        var child = await circle.InAsync(tablet, mia);

        var again = await circle.Stranger().PostAsync("/api/auth/refresh", new { refreshToken = child.RefreshToken }, HttpStatusCode.OK);

        Assert.Equal(JsonValueKind.Null, again.GetProperty("accountId").ValueKind);
        var fresh = circle.WithBearer(again.GetProperty("accessToken").GetString()!);
        Assert.Equal(mia, (await fresh.GetAsync($"{circle.Path}/me")).GetProperty("memberId").GetGuid());
        await child.GetRefusedAsync($"{circle.Path}/me", 401, "auth.required");
        await circle.Founder.DeleteAsync($"{circle.Path}/members/{mia}", HttpStatusCode.NoContent);
        await fresh.GetRefusedAsync($"{circle.Path}/me", 401, "auth.required");
        await fresh.PostRefusedAsync("/api/auth/refresh", new { refreshToken = again.GetProperty("refreshToken").GetString() }, 401, "auth.required");
    }

    [Fact]
    public async Task Going_ends_the_childs_session_and_no_other()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync();
        var tablet = await circle.TabletAsync();
        var (one, two) = (await circle.InAsync(tablet, mia), await circle.InAsync(tablet, mia));

        await one.PostAsync("/api/auth/logout", null, HttpStatusCode.NoContent);

        await one.GetRefusedAsync($"{circle.Path}/me", 401, "auth.required");
        await two.GetAsync($"{circle.Path}/me");
    }

    [Fact]
    public async Task Whoever_signs_out_everywhere_ends_what_runs_on_the_tablets_they_added_and_on_no_others()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var parent = await circle.MemberAsync("parent");
        var mia = await circle.ChildAsync();
        var own = await circle.TabletAsync();
        var others = circle.WithBearer((await parent.PostAsync($"{circle.Path}/devices", new { name = "Hall" }, HttpStatusCode.Created)).GetProperty("deviceToken").GetString()!);
        var (onOwn, onOthers) = (await circle.InAsync(own, mia), await circle.InAsync(others, mia));

        await circle.Founder.DeleteAsync("/api/account/sessions", HttpStatusCode.NoContent);

        await onOwn.GetRefusedAsync($"{circle.Path}/me", 401, "auth.required");
        await onOthers.GetAsync($"{circle.Path}/me");
        await own.GetAsync("/api/device");
    }

    [Fact]
    public async Task A_profile_that_somebody_takes_over_leaves_the_tablet_with_its_digits()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync(pin: Tablets.Pin);
        var tablet = await circle.TabletAsync();
        var child = await circle.InAsync(tablet, mia, Tablets.Pin);
        var grown = await circle.SomebodyAsync("Mia Aasen");
        var invite = await circle.InviteAsync(new { email = grown.Email, role = "teen", memberId = mia });

        await grown.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);

        await child.GetRefusedAsync($"{circle.Path}/me", 401, "auth.required");
        await child.PostRefusedAsync("/api/auth/refresh", new { refreshToken = child.RefreshToken }, 401, "auth.required");
        Assert.Empty((await tablet.FacesAsync()).EnumerateArray());
        using var refused = await tablet.TryAsync(mia, Tablets.Pin);
        await refused.ProblemAsync(404, "not_found");
        Assert.Equal(mia, (await grown.GetAsync($"{circle.Path}/me")).GetProperty("memberId").GetGuid());
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("none", HttpStatusCode.Unauthorized)]
    [InlineData("forged", HttpStatusCode.Unauthorized)]
    [InlineData("account", HttpStatusCode.Unauthorized)]
    [InlineData("child", HttpStatusCode.Unauthorized)]
    public async Task Nothing_but_the_tablets_own_token_is_one(string? bearer, HttpStatusCode expected)
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync();
        var tablet = await circle.TabletAsync();
        var token = tablet.Client.DefaultRequestHeaders.Authorization!.Parameter!;
        var who = bearer switch
        {
            null => circle.Stranger(),
            "account" => circle.Founder,
            "child" => await circle.InAsync(tablet, mia),
            "forged" => circle.WithBearer(token[..^2] + (token[^2] == 'A' ? "BB" : "AA")),
            _ => circle.WithBearer(bearer),
        };

        await who.GetAsync("/api/device", expected);
        using var answer = await who.TryAsync(mia, null);
        Assert.Equal(expected, answer.StatusCode);
        // Nor is a tablet's token anybody's session.
        await tablet.GetRefusedAsync($"{circle.Path}/me", 401, "auth.required");
    }
}
