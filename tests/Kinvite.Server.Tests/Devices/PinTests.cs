using System.Net;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Devices;

/// <summary>The four digits of a child: who gives them, which, what wrong ones cost, where they never are.</summary>
public sealed class PinTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task PIN_S01_Four_wrong_ones_cost_nothing_then_one_waits_longer_each_time_and_after_ten_only_a_guardian_opens()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync(pin: Tablets.Pin);
        var tablet = await circle.TabletAsync();

        var waits = new List<TimeSpan>();
        for (var wrong = 1; wrong <= 10; wrong++)
        {
            using (var answer = await tablet.TryAsync(mia, "9173"))
            {
                await answer.ProblemAsync(401, "pin.wrong");
            }

            if (wrong > 4)
            {
                using var right = await tablet.TryAsync(mia, Tablets.Pin);
                await right.ProblemAsync(429, "pin.locked");
                waits.Add(right.Headers.RetryAfter!.Delta!.Value);
                App.Clock.Advance(waits[^1]);
            }
        }

        Assert.Equal(6, waits.Count);
        Assert.True(waits.Take(5).Zip(waits.Skip(1).Take(4)).All(w => w.First < w.Second), string.Join(", ", waits));
        App.Clock.Advance(TimeSpan.FromDays(30));
        using (var never = await tablet.TryAsync(mia, Tablets.Pin))
        {
            await never.ProblemAsync(429, "pin.locked");
        }

        // The clock went on by weeks: everybody signs in anew.
        var founder = await Again(circle);
        await founder.PostAsync($"{circle.Path}/members/{mia}/pin/unlock", null, HttpStatusCode.NoContent);
        await circle.InAsync(tablet, mia, Tablets.Pin);
        await circle.InAsync(tablet, mia, Tablets.Pin);
    }

    [Fact]
    public async Task PIN_S01_The_right_digits_end_the_count()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync(pin: Tablets.Pin);
        var tablet = await circle.TabletAsync();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 4; i++)
            {
                (await tablet.TryAsync(mia, "9173")).Dispose();
            }

            await circle.InAsync(tablet, mia, Tablets.Pin);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("482")]
    [InlineData("48266")]
    [InlineData("482a")]
    [InlineData("٤٨٢٦")]
    public async Task What_cannot_be_digits_is_wrong_and_counts_for_nothing(string? typed)
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync(pin: Tablets.Pin);
        var tablet = await circle.TabletAsync();
        for (var i = 0; i < 12; i++)
        {
            using var answer = await tablet.TryAsync(mia, typed);
            await answer.ProblemAsync(401, "pin.wrong");
        }

        await circle.InAsync(tablet, mia, Tablets.Pin);
    }

    [Fact]
    public async Task PIN_S02_Without_a_tablet_of_the_family_nobody_guesses_and_nobody_locks()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        using var others = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync(pin: Tablets.Pin);
        var foreign = await others.TabletAsync();
        for (var i = 0; i < 12; i++)
        {
            using var byForeign = await foreign.TryAsync(mia, Tablets.Pin);
            await byForeign.ProblemAsync(404, "not_found");
            using var byNobody = await circle.Stranger().TryAsync(mia, Tablets.Pin);
            await byNobody.ProblemAsync(401, "auth.required");
            // Not even an account of the family is a tablet.
            using var byParent = await circle.Founder.TryAsync(mia, Tablets.Pin);
            await byParent.ProblemAsync(401, "auth.required");
        }

        Assert.Equal((short)0, await shared.Database.ScalarAsync<short>($"SELECT pin_tries FROM members WHERE id = '{mia}'"));
    }

    [Fact]
    public async Task PIN_S03_The_digits_are_in_no_answer_log_export_or_table_only_a_slow_hash_is()
    {
        const string Rare = "7395";
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync(pin: Rare);
        var noa = await circle.ChildAsync("Noa");
        await circle.Founder.PutAsync($"{circle.Path}/members/{noa}/pin", new { pin = Rare }, HttpStatusCode.NoContent);
        var tablet = await circle.TabletAsync();
        await circle.InAsync(tablet, mia, Rare);

        var seen = string.Concat(
            (await circle.Founder.GetAsync($"{circle.Path}/members")).ToString(), (await circle.Founder.GetAsync($"{circle.Path}/export")).ToString(),
            (await circle.Founder.GetAsync($"{circle.Path}/activity")).ToString(), (await tablet.GetAsync("/api/device")).ToString());
        var hashes = await shared.Database.ScalarAsync<string[]>($"SELECT array_agg(pin_hash) FROM members WHERE id IN ('{mia}', '{noa}')");
        Assert.All(hashes!, h => Assert.DoesNotContain(h, seen, StringComparison.Ordinal));
        Assert.DoesNotContain($"\"{Rare}\"", seen, StringComparison.Ordinal);
        // Ids and durations have digits of their own.
        Assert.DoesNotMatch($@"(?<![\w.-]){Rare}(?![\w.-])", App.Logs.Text);
        Assert.Equal(2, hashes!.Distinct(StringComparer.Ordinal).Count());
        // Identity's format: 1 byte of version, PBKDF2's function (2 = HMAC-SHA512), rounds.
        var hash = Convert.FromBase64String(hashes![0]);
        Assert.Equal((1, 2), (hash[0], hash[4]));
        Assert.InRange(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5)), 210_000u, uint.MaxValue);
    }

    [Fact]
    public async Task PIN_S03_A_copy_of_the_table_tells_no_digits_to_who_lacks_the_master_key()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync(pin: Tablets.Pin);
        var hash = await shared.Database.ScalarAsync<string>($"SELECT pin_hash FROM members WHERE id = '{mia}'");

        Assert.False(new Kinvite.Accounts.PasswordHashes().Match(hash, Tablets.Pin), "The digits alone open the hash: ten thousand tries would find them.");
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("1234")]
    [InlineData("4321")]
    [InlineData("9012")]
    [InlineData("1212")]
    [InlineData("2255")]
    [InlineData("2580")]
    [InlineData("2017")]
    [InlineData("123")]
    [InlineData("12345")]
    [InlineData("48a6")]
    [InlineData(" 4826")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("48264826482648264826482648264826482648264826482648264826482648265")]
    public async Task PIN_S04_What_others_would_guess_or_what_is_no_four_digits_is_refused(string? pin)
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync();

        using var answer = await circle.Founder.RequestAsync(HttpMethod.Put, $"{circle.Path}/members/{mia}/pin", new { pin });
        var problem = await answer.ProblemAsync(400, "validation");
        Assert.Equal(["pin"], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
        Assert.False((await circle.Founder.GetAsync($"{circle.Path}/members/{mia}")).GetProperty("hasPin").GetBoolean());
        if (pin is not null)
        {
            Assert.Equal(["pin"], await circle.Founder.FaultsAsync($"{circle.Path}/members", $$"""{"name":"Noa","role":"child","pin":"{{pin}}"}"""));
        }
    }

    [Fact]
    public async Task PIN_S04_A_childs_own_year_of_birth_is_refused_however_long_ago()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var child = (await circle.Founder.PostAsync($"{circle.Path}/members", new { name = "Mia", role = "child", birthYear = 1985 }, HttpStatusCode.Created)).GetProperty("id");

        using var own = await circle.Founder.RequestAsync(HttpMethod.Put, $"{circle.Path}/members/{child}/pin", new { pin = "1985" });
        await own.ProblemAsync(400, "validation");
        await circle.Founder.PutAsync($"{circle.Path}/members/{child}/pin", new { pin = "1586" }, HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task PIN_S05_Only_who_looks_after_the_child_gives_changes_removes_or_unlocks_its_digits()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var parent = await circle.MemberAsync("parent");
        var mia = await circle.ChildAsync(pin: Tablets.Pin);
        var noa = await circle.ChildAsync("Noa");
        var tablet = await circle.TabletAsync();
        var sibling = await circle.InAsync(tablet, noa);
        var own = await circle.InAsync(tablet, mia, Tablets.Pin);
        var path = $"{circle.Path}/members/{mia}/pin";

        foreach (var person in new[] { await circle.MemberAsync("teen"), await circle.MemberAsync("caregiver"), sibling, own })
        {
            foreach (var (method, at) in new[] { (HttpMethod.Put, path), (HttpMethod.Delete, path), (HttpMethod.Post, $"{path}/unlock") })
            {
                using var answer = await person.RequestAsync(method, at, method == HttpMethod.Put ? new { pin = "7391" } : null);
                await answer.ProblemAsync(403, "rights.missing");
            }
        }

        await parent.PutAsync(path, new { pin = "7391" }, HttpStatusCode.NoContent);
        await circle.InAsync(tablet, mia, "7391");
        await parent.DeleteAsync(path, HttpStatusCode.NoContent);
        await parent.DeleteAsync(path, HttpStatusCode.NoContent);
        await parent.PostAsync($"{path}/unlock", null, HttpStatusCode.NoContent);
        await circle.InAsync(tablet, mia);
    }

    [Fact]
    public async Task Who_manages_or_looks_after_is_not_everybody_who_may_change_a_childs_data()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await circle.ChildAsync();
        var sitter = await circle.MemberAsync("caregiver");

        await sitter.PatchAsync($"{circle.Path}/members/{mia}", new { avatar = "fish" });
        using var answer = await sitter.RequestAsync(HttpMethod.Put, $"{circle.Path}/members/{mia}/pin", new { pin = Tablets.Pin });
        await answer.ProblemAsync(403, "rights.missing");
    }

    [Fact]
    public async Task Digits_are_for_children_without_an_account()
    {
        using var circle = await Circle.StartAsync(App);
        var elder = (await circle.Founder.PostAsync($"{circle.Path}/members", new { name = "Berta", role = "elder" }, HttpStatusCode.Created)).GetProperty("id");
        var teen = await circle.MemberIdAsync(await circle.MemberAsync("teen"));

        using var forElder = await circle.Founder.RequestAsync(HttpMethod.Put, $"{circle.Path}/members/{elder}/pin", new { pin = Tablets.Pin });
        await forElder.ProblemAsync(400, "validation");
        using var forTeen = await circle.Founder.RequestAsync(HttpMethod.Put, $"{circle.Path}/members/{teen}/pin", new { pin = Tablets.Pin });
        await forTeen.ProblemAsync(409, "member.has_account");
        Assert.Equal(["pin"], await circle.Founder.FaultsAsync($"{circle.Path}/members", $$"""{"name":"Ola","role":"elder","pin":"{{Tablets.Pin}}"}"""));
    }

    [Fact]
    public async Task Changed_digits_are_said_in_the_activity_without_them_and_whoever_came_in_with_the_old_ones_is_out()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync(pin: Tablets.Pin);
        var tablet = await circle.TabletAsync();
        var child = await circle.InAsync(tablet, mia, Tablets.Pin);

        await circle.Founder.PutAsync($"{circle.Path}/members/{mia}/pin", new { pin = "7391" }, HttpStatusCode.NoContent);

        await child.GetRefusedAsync($"{circle.Path}/me", 401, "auth.required");
        using var old = await tablet.TryAsync(mia, Tablets.Pin);
        await old.ProblemAsync(401, "pin.wrong");
        var said = (await circle.Founder.GetAsync($"{circle.Path}/activity")).GetProperty("items")[0];
        Assert.Equal(("pin.changed", "set"), (said.GetProperty("type").GetString(), said.GetProperty("data").GetProperty("what").GetString()));
        Assert.DoesNotContain("7391", said.GetProperty("data").ToString(), StringComparison.Ordinal);
    }

    private async Task<Person> Again(Circle circle) => await circle.SomebodyAsync(email: circle.Founder.Email);
}
