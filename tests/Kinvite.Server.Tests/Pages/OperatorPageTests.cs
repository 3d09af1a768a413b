using System.Net;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Pages;

/// <summary>How the server is doing is for those who run it, and says nothing about anybody in particular.</summary>
public sealed class OperatorPageTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Whoever_has_proven_an_address_on_the_list_sees_figures_and_to_others_there_is_no_such_page()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, settings => settings.Configuration["Kinvite:OperatorEmails"] = "someone@example.net, Runs.It@example.org");
        using var circle = await Circle.StartAsync(app, name: "The Larsens");
        await circle.InviteAsync(new { email = "mormor@example.org", name = "Mormor" });
        using var other = new Browser(app);
        using var runner = new Browser(app);

        await other.OpenAsync("/operator", follow: false);
        Assert.Equal("/sign-in?return=%2Foperator", other.SeeOther);
        await other.SignInAsync(app, "olga@example.org");
        await other.OpenAsync("/operator");
        await runner.SignInAsync(app, "runs.it@example.org");
        await runner.OpenAsync("/operator");

        Assert.Equal(HttpStatusCode.NotFound, other.Status);
        Assert.Equal(HttpStatusCode.OK, runner.Status);
        Assert.Contains("Families: 1. People in them: 1.", runner.Text, StringComparison.Ordinal);
        Assert.Contains("1 wait for an answer", runner.Text, StringComparison.Ordinal);
        foreach (var personal in new[] { "Larsens", "Mormor", "mormor@", "olga@" })
        {
            Assert.DoesNotContain(personal, runner.Text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task The_way_there_is_on_the_account_of_those_who_run_it_and_of_nobody_else()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, settings => settings.Configuration["Kinvite:OperatorEmails"] = "runs.it@example.org");
        using var other = new Browser(app);
        using var runner = new Browser(app);
        await other.SignInAsync(app, "olga@example.org");
        await runner.SignInAsync(app, "runs.it@example.org");

        await other.OpenAsync("/account");
        await runner.OpenAsync("/account");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (other.Status, runner.Status));
        Assert.Contains("How the server is doing", runner.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("How the server is doing", other.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_only_claimed_makes_nobody_an_operator()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, settings => settings.Configuration["Kinvite:OperatorEmails"] = "runs.it@example.org");
        using var claims = new Browser(app);
        await claims.SignInAsync(app, "olga@example.org");
        await database.ExecuteAsync(
            "INSERT INTO account_addresses (id, account_id, type, value, key, \"primary\", created_at) SELECT gen_random_uuid(), id, 1, 'runs.it@example.org', 'runs.it@example.org', false, now() FROM accounts");

        await claims.OpenAsync("/operator");

        Assert.Equal(HttpStatusCode.NotFound, claims.Status);
    }
}
