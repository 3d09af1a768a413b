namespace Kinvite.Invitations;

/// <summary>
/// Once a minute: every family in which an invitation is due. Goes on past what fails, so that one bad row holds up nobody; what failed, or was
/// in use, is due again in the next round.
/// </summary>
internal sealed partial class InvitationCareRounds(IServiceScopeFactory scopes, TimeProvider clock, ILogger<InvitationCareRounds> logger) : BackgroundService
{
    private const int Bite = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Invitations that were looked after.</summary>
    public async Task<int> RoundAsync(CancellationToken ct)
    {
        var total = 0;
        (DateTimeOffset, Guid)? after = null;
        var seen = new HashSet<Guid>();
        while (true)
        {
            await using var scope = scopes.CreateAsyncScope();
            var due = await scope.ServiceProvider.GetRequiredService<InvitationCare>().DueAsync(after, Bite, ct);
            foreach (var family in due.Select(d => d.FamilyId).Where(seen.Add))
            {
                total += await FamilyAsync(family, ct);
            }

            if (due.Count < Bite)
            {
                return total;
            }

            after = (due[^1].DueAt, due[^1].InvitationId);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogWaits(e.GetType().Name);
            }
        }
    }

    private async Task<int> FamilyAsync(Guid familyId, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<InvitationCare>().RunAsync(familyId, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(e, familyId);
            return 0;
        }
    }

    [LoggerMessage(4101, LogLevel.Warning, "Invitations cannot be looked after at the moment ({Fault}); the next round comes in a minute")]
    private partial void LogWaits(string fault);

    [LoggerMessage(4102, LogLevel.Error, "The invitations of family {FamilyId} could not be looked after this time")]
    private partial void LogFailed(Exception exception, Guid familyId);
}
