using System.Net;
using Kinvite.Delivery;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Delivery;

/// <summary>The whole application with a mail server behind it.</summary>
public sealed class DeliveryJourneyTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Asking_for_a_code_answers_at_once_and_the_mail_follows_by_smtp()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = new FakeSmtpServer();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, settings =>
        {
            settings.Configuration["Kinvite:Smtp:Host"] = "localhost";
            settings.Configuration["Kinvite:Smtp:Port"] = $"{server.Port}";
            settings.Configuration["Kinvite:Smtp:Security"] = "none";
            settings.Configuration["Kinvite:Smtp:From"] = "Kinvite <kinvite@example.org>";
        });
        using var anna = app.NewPerson();
        await anna.PostAsync("/api/auth/codes", new { email = "anna@example.org" }, HttpStatusCode.Accepted);
        var mail = await server.WaitForAsync("anna@example.org");
        var code = DevelopmentMailbox.CodeIn(mail.Data);
        await anna.PostAsync("/api/auth/codes/verify", new { email = "anna@example.org", code }, HttpStatusCode.OK);
        Assert.DoesNotContain(code, app.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("anna@example.org", app.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_server_that_does_not_answer_holds_up_nobody_who_asks()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = new FakeSmtpServer { Behave = _ => SmtpBehaviour.Silent };
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, settings =>
        {
            settings.Configuration["Kinvite:Smtp:Host"] = "localhost";
            settings.Configuration["Kinvite:Smtp:Port"] = $"{server.Port}";
            settings.Configuration["Kinvite:Smtp:Security"] = "none";
            settings.Configuration["Kinvite:Smtp:From"] = "kinvite@example.org";
        });
        using var anna = app.NewPerson();
        var asking = Enumerable.Range(0, DeliveryWorker.Hands * 2).Select(i =>
            anna.PostAsync("/api/auth/codes", new { email = $"anna{i}@example.org" }, HttpStatusCode.Accepted));
        await Task.WhenAll(asking).WaitAsync(TimeSpan.FromSeconds(15));
    }
}
