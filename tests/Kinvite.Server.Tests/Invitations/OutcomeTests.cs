using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>What becomes of each person in one call, alone or among many.</summary>
public sealed class OutcomeTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task Each_entry_has_its_own_outcome_and_the_rest_goes_on()
    {
        using var circle = await Circle.StartAsync(App);
        var member = await circle.MemberAsync("relative");
        var waiting = Circle.NewEmail("waiting");
        await circle.InviteAsync(new { email = waiting });
        var fresh = Circle.NewEmail("fresh");

        var answer = await circle.Founder.PostAsync(
            circle.Invites,
            new { invites = new object[] { new { email = member.Email }, new { email = waiting }, new { phone = "+47 412 34 567" }, new { email = fresh }, new { email = fresh.ToUpperInvariant() } } },
            HttpStatusCode.Created);

        Assert.Equal(["alreadyMember", "alreadyInvited", "refused", "created", "alreadyInvited"], Outcomes(answer));
        Assert.False(answer.GetProperty("ok").GetBoolean());
        Assert.Equal(1, answer.GetProperty("count").GetInt32());
        var items = answer.GetProperty("items");
        Assert.Equal([0, 1, 2, 3, 4], items.EnumerateArray().Select(i => i.GetProperty("index").GetInt32()));
        Assert.Equal(items[3].GetProperty("invite").GetProperty("id").GetString(), items[4].GetProperty("invite").GetProperty("id").GetString());
        var problem = items[2].GetProperty("problem");
        Assert.Equal(["status", "code", "title", "detail"], problem.EnumerateObject().Select(p => p.Name));
        Assert.Equal(409, problem.GetProperty("status").GetInt32());
        Assert.Equal("channel.unavailable", problem.GetProperty("code").GetString());
    }

    [Fact]
    public async Task When_all_are_there_already_it_is_200()
    {
        using var circle = await Circle.StartAsync(App);
        var member = await circle.MemberAsync("relative");
        var waiting = Circle.NewEmail();
        await circle.InviteAsync(new { email = waiting });

        var answer = await circle.Founder.PostAsync(circle.Invites, new { invites = new[] { new { email = waiting }, new { email = member.Email } } }, HttpStatusCode.OK);

        Assert.Equal(["alreadyInvited", "alreadyMember"], Outcomes(answer));
        Assert.True(answer.GetProperty("ok").GetBoolean());
        Assert.Equal(0, answer.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task When_nothing_was_made_the_first_refusal_is_the_answer()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var waiting = Circle.NewEmail();
        await circle.InviteAsync(new { email = waiting });

        var problem = await circle.Founder.PostRefusedAsync(
            circle.Invites, new { invites = new object[] { new { email = waiting }, new { phone = "+47 412 34 567" } } }, 409, "invite.already_pending");

        Assert.Equal(["invite.already_pending", "channel.unavailable"], problem.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("problem").GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("home", true)]
    [InlineData("vault", true)]
    [InlineData("chores", false)]
    [InlineData("team", false)]
    [InlineData("care", false)]
    public async Task BND_S05_Asked_again_a_kind_answers_or_refuses_and_sends_nothing_new(string kind, bool answers)
    {
        using var circle = await Circle.StartAsync(App, kind);
        var email = Circle.NewEmail("Again");
        var first = await circle.InviteAsync(new { email });
        var again = new { invites = new[] { new { email = email.ToUpperInvariant() } } };
        if (answers)
        {
            var answer = await circle.Founder.PostAsync(circle.Invites, again, HttpStatusCode.OK);
            Assert.Equal(["alreadyInvited"], Outcomes(answer));
            Assert.Equal(first.GetProperty("id").GetString(), answer.GetProperty("items")[0].GetProperty("invite").GetProperty("id").GetString());
        }
        else
        {
            await circle.Founder.PostRefusedAsync(circle.Invites, again, 409, "invite.already_pending");
        }

        Assert.Equal(1, (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").GetArrayLength());
        Assert.Equal(1L, await shared.Database.ScalarAsync<long>(
            $"SELECT count(*) FROM outbox o JOIN invitations i ON i.id = o.subject_id WHERE i.family_id = '{circle.Id}'"));
    }

    [Fact]
    public async Task An_expired_invitation_stands_in_nobodys_way()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var email = Circle.NewEmail();
        var old = await circle.InviteAsync(new { email });
        await shared.Database.ExecuteAsync($"UPDATE invitations SET expires_at = now() - interval '1 second' WHERE id = '{old.GetProperty("id")}'");

        var fresh = await circle.InviteAsync(new { email });

        Assert.NotEqual(old.GetProperty("id").GetString(), fresh.GetProperty("id").GetString());
        Assert.Equal(5L, await shared.Database.ScalarAsync<long>($"SELECT status::bigint FROM invitations WHERE id = '{old.GetProperty("id")}'"));
        await circle.Founder.PostRefusedAsync($"{circle.Invites}/{old.GetProperty("id")}/resend", null, 409, "invite.already_pending");
    }

    [Fact]
    public async Task In_chores_five_may_wait_at_once()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var answer = await circle.Founder.PostAsync(
            circle.Invites, new { invites = Enumerable.Range(0, 7).Select(_ => new { email = Circle.NewEmail("five") }) }, HttpStatusCode.Created);
        Assert.Equal([.. Enumerable.Repeat("created", 5), "refused", "refused"], Outcomes(answer));
        Assert.Equal("invite.limit", answer.GetProperty("items")[6].GetProperty("problem").GetProperty("code").GetString());
        var more = new { invites = new[] { new { email = Circle.NewEmail("sixth") } } };
        await circle.Founder.PostRefusedAsync(circle.Invites, more, 409, "invite.limit");

        var first = answer.GetProperty("items")[0].GetProperty("invite").GetProperty("id").GetString();
        var second = answer.GetProperty("items")[1].GetProperty("invite").GetProperty("id").GetString();
        await circle.Founder.DeleteAsync($"{circle.Invites}/{first}", HttpStatusCode.OK);
        await circle.Founder.PostAsync(circle.Invites, more, HttpStatusCode.Created);
        await shared.Database.ExecuteAsync($"UPDATE invitations SET expires_at = now() - interval '1 second' WHERE id = '{second}'");
        await circle.InviteAsync(new { email = Circle.NewEmail("room") });

        // There is no room any more for the one whose time was over.
        await circle.Founder.PostRefusedAsync($"{circle.Invites}/{second}/resend", null, 409, "invite.limit");
    }

    [Theory]
    [InlineData("team")]
    [InlineData("care")]
    [InlineData("chores")]
    public async Task A_kind_without_links_hands_none_over(string kind)
    {
        using var circle = await Circle.StartAsync(App, kind);
        await circle.Founder.PostRefusedAsync(circle.Invites, new { invites = new[] { new { name = "Olga" } } }, 409, "channel.unavailable");
    }

    [Theory]
    [InlineData("home")]
    [InlineData("vault")]
    [InlineData("chores")]
    public async Task Without_a_provider_of_texts_a_number_is_refused_and_kept_nowhere(string kind)
    {
        using var circle = await Circle.StartAsync(App, kind);
        await circle.Founder.PostRefusedAsync(circle.Invites, new { invites = new[] { new { phone = "+47 998 76 543" } } }, 409, "channel.unavailable");
        Assert.Equal(0L, await shared.Database.ScalarAsync<long>("SELECT count(*) FROM invitations WHERE address LIKE '%99876543%'"));
    }

    [Fact]
    public async Task Too_many_in_ten_minutes_are_refused_as_far_as_the_limit_reaches()
    {
        await using var app = await KinviteApp.StartAsync(shared.Database.ConnectionString, s => s.Configuration["Kinvite:Limits:Factor"] = "1");
        using var circle = await Circle.StartAsync(app, "vault");
        var first = await circle.Founder.PostAsync(circle.Invites, new { invites = Enumerable.Range(0, 48).Select(_ => new { email = Circle.NewEmail("limit") }) }, HttpStatusCode.Created);
        Assert.Equal(48, first.GetProperty("count").GetInt32());

        var second = await circle.Founder.PostAsync(circle.Invites, new { invites = Enumerable.Range(0, 5).Select(_ => new { email = Circle.NewEmail("limit") }) }, HttpStatusCode.Created);
        Assert.Equal(["created", "created", "refused", "refused", "refused"], Outcomes(second));
        Assert.Equal("limit.exceeded", second.GetProperty("items")[2].GetProperty("problem").GetProperty("code").GetString());

        using var third = await circle.Founder.RequestAsync(HttpMethod.Post, circle.Invites, new { invites = new[] { new { email = Circle.NewEmail() } } });
        await third.ProblemAsync(429, "limit.exceeded");
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 600);
    }

    [Fact]
    public async Task RAC_S05_A_hundred_at_once_get_no_more_than_the_limit_has()
    {
        await using var app = await KinviteApp.StartAsync(shared.Database.ConnectionString, s => s.Configuration["Kinvite:Limits:Factor"] = "1");
        using var circle = await Circle.StartAsync(app, "vault");

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            // On a slow machine some wait for the family longer than they may, and come again.
            for (; ; )
            {
                using var answer = await circle.Founder.RequestAsync(HttpMethod.Post, circle.Invites, new { invites = new[] { new { email = Circle.NewEmail("crowd") } } });
                if ((int)answer.StatusCode != 503)
                {
                    return (int)answer.StatusCode;
                }
            }
        }));

        // The limit fills up again with time, one in 12 seconds.
        Assert.InRange(answers.Count(s => s == 201), 50, 55);
        Assert.All(answers.Where(s => s != 201), s => Assert.Equal(429, s));
        Assert.Equal(
            (long)answers.Count(s => s == 201),
            await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM outbox o JOIN invitations i ON i.id = o.subject_id WHERE i.family_id = '{circle.Id}' AND o.type = 'invitation'"));
    }

    [Fact]
    public async Task One_recipient_hears_from_a_family_five_times_a_day_resends_included()
    {
        await using var app = await KinviteApp.StartAsync(shared.Database.ConnectionString, s => s.Configuration["Kinvite:Limits:Factor"] = "1");
        using var circle = await Circle.StartAsync(app);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });
        for (var i = 0; i < 4; i++)
        {
            await circle.Founder.PostAsync($"{circle.Invites}/{invite.GetProperty("id")}/resend", null, HttpStatusCode.OK);
        }

        await circle.Founder.PostRefusedAsync($"{circle.Invites}/{invite.GetProperty("id")}/resend", null, 429, "limit.exceeded");
    }

    private static IEnumerable<string?> Outcomes(JsonElement answer) => answer.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("outcome").GetString());
}
