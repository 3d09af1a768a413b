using Kinvite.Accounts;
using Kinvite.Harness;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Http;

/// <summary>An account that is deleted while a request runs: its own request is signed out, and somebody else's only hears that it is not there.</summary>
public sealed class GoneAccountTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData(true, false, 401)]
    [InlineData(false, true, 401)] // somebody signs in to it
    [InlineData(false, false, 404)]
    public async Task Only_the_callers_own_account_signs_them_out(bool own, bool nobody, int status)
    {
        var gone = Guid.NewGuid();
        await using var scope = shared.App.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<KinviteDbContext>();
        db.Add(Session.Start(gone, SessionKind.Api, device: null, DateTimeOffset.UtcNow).Session);

        var fault = await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());

        Assert.Equal(status, FaultHandler.Describe(fault, nobody ? null : own ? gone : Guid.NewGuid()).Status);
    }

    [Theory]
    [InlineData(true, 401)]
    [InlineData(false, 404)]
    public async Task A_change_to_an_account_that_is_gone_is_told_alike(bool own, int status)
    {
        using var circle = await Circle.StartAsync(shared.App);
        var olga = await circle.SomebodyAsync();
        await using var scope = shared.App.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<KinviteDbContext>();
        var account = await db.Accounts.SingleAsync(a => a.Id == olga.AccountId);
        account.DisplayName = "Somebody else";
        await shared.Database.ExecuteAsync($"DELETE FROM accounts WHERE id = '{olga.AccountId}'");

        var fault = await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => db.SaveChangesAsync());

        Assert.Equal(status, FaultHandler.Describe(fault, own ? olga.AccountId : circle.Founder.AccountId).Status);
    }

    [Theory]
    [InlineData(nameof(GetAccount))]
    [InlineData(nameof(ExportAccount))]
    [InlineData(nameof(ConfirmByPasskey))]
    [InlineData(nameof(AddPasskey))]
    public async Task Whoever_reads_an_account_that_was_deleted_a_moment_ago_is_signed_out(string useCase)
    {
        // As a request stands after the look at its session.
        using var circle = await Circle.StartAsync(shared.App);
        var olga = await circle.SomebodyAsync();
        await using var scope = shared.App.Services.CreateAsyncScope();
        var current = scope.ServiceProvider.GetRequiredService<CurrentAccount>();
        (current.AccountId, current.Locale, current.AuthenticatedAt) = (olga.AccountId, "en", shared.App.Clock.GetUtcNow());
        await shared.Database.ExecuteAsync($"DELETE FROM accounts WHERE id = '{olga.AccountId}'");

        var refused = useCase switch
        {
            nameof(GetAccount) => (await scope.ServiceProvider.GetRequiredService<GetAccount>().HandleAsync(default)).Problem,
            nameof(ExportAccount) => (await scope.ServiceProvider.GetRequiredService<ExportAccount>().HandleAsync(default)).Problem,
            nameof(AddPasskey) => (await scope.ServiceProvider.GetRequiredService<AddPasskey>().AskAsync(new Microsoft.AspNetCore.Http.DefaultHttpContext(), default)).Problem,
            _ => (await scope.ServiceProvider.GetRequiredService<ConfirmByPasskey>().AskAsync(new Microsoft.AspNetCore.Http.DefaultHttpContext(), default)).Problem,
        };

        Assert.Equal(Problem.AuthRequired, refused);
    }
}
