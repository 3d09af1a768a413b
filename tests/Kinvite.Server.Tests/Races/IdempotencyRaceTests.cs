using Kinvite.Harness;
using Kinvite.Http;

namespace Kinvite.Server.Tests.Races;

/// <summary>The same call at the same moment on two servers, with one key: one effect.</summary>
public sealed class IdempotencyRaceTests(TwoServers servers) : IClassFixture<TwoServers>
{
    [Fact]
    public async Task API_S01_Twenty_at_once_make_one_family()
    {
        using var circle = await Circle.StartAsync(servers.App);
        var ada = await circle.SomebodyAsync("Ada");

        await RaceAsync(ada, "/api/families", new { name = "The Adas" }, 201);

        Assert.Equal(1, (await ada.GetAsync("/api/families")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task API_S01_Twenty_at_once_make_one_invitation_and_one_profile()
    {
        using var circle = await Circle.StartAsync(servers.App);
        await RaceAsync(circle.Founder, circle.Invites, new { invites = new[] { new { name = "Olga" }, new { name = "Per" } } }, 201);
        await RaceAsync(circle.Founder, $"{circle.Path}/members", new { name = "Mia", role = "child" }, 201);

        Assert.Equal(2, (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").GetArrayLength());
        Assert.Equal(2, (await circle.Founder.GetAsync($"{circle.Path}/members")).GetProperty("items").GetArrayLength());
    }

    // Who was not first is told to ask again, or was answered as the first; and asking again gives that same answer.
    private async Task RaceAsync(Person person, string path, object body, int status)
    {
        var devices = Enumerable.Range(0, 20).Select(i => servers.At(i, person)).ToList();
        async Task<(int Status, string Text)> SendAsync(Person device)
        {
            using var answer = await device.RequestAsync(HttpMethod.Post, path, body, (IdempotencyHeader.Name, "race"));
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }

        var told = await Task.WhenAll(devices.Select(SendAsync));
        var again = await SendAsync(devices[0]);
        devices.ForEach(d => d.Dispose());

        Assert.Contains(told, t => t.Status == status);
        Assert.All(told.Where(t => t.Status != status), t => Assert.True(t.Status == 409 && t.Text.Contains("idempotency.in_progress", StringComparison.Ordinal), $"{t.Status} {t.Text}\n{servers.Output}"));
        Assert.Equal(status, again.Status);
    }
}
