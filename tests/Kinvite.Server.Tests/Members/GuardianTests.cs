using System.Net;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Members;

/// <summary>Every child keeps somebody who looks after it, whatever is changed and however many change it at once.</summary>
public sealed class GuardianTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task The_last_guardian_is_neither_lowered_nor_given_an_end_nor_limited()
    {
        using var circle = await Circle.StartAsync(App);
        var (mia, noa) = (await circle.AddChildAsync(shared.Database, "Mia"), await circle.AddChildAsync(shared.Database, "Noa"));
        var bo = await circle.MemberAsync("relative", "Bo");
        await circle.Founder.PostAsync($"{circle.Path}/owner", new { memberId = await circle.MemberIdAsync(bo) }, HttpStatusCode.NoContent);

        await RefusedAsync(bo, circle, circle.Founder, new { role = "relative" }, 409, "member.last_guardian");
        await RefusedAsync(bo, circle, circle.Founder, new { accessUntil = App.Clock.GetUtcNow().AddDays(1) }, 409, "member.last_guardian");
        await RefusedAsync(bo, circle, circle.Founder, new { children = new[] { new { childId = mia } } }, 409, "member.last_guardian");

        // Less may be allowed, as long as somebody looks after each child.
        await bo.PatchAsync($"{circle.Path}/members/{await circle.MemberIdAsync(circle.Founder)}", new { permission = "edit", children = new[] { new { childId = mia }, new { childId = noa } } });
    }

    [Fact]
    public async Task Two_guardians_lowered_at_once_leave_one()
    {
        using var circle = await Circle.StartAsync(App);
        await circle.AddChildAsync(shared.Database, "Mia");
        var owner = await circle.MemberAsync("relative", "Owner");
        var bo = await circle.MemberAsync("co-parent", "Bo");
        await circle.Founder.PostAsync($"{circle.Path}/owner", new { memberId = await circle.MemberIdAsync(owner) }, HttpStatusCode.NoContent);
        var guardians = new[] { await circle.MemberIdAsync(circle.Founder), await circle.MemberIdAsync(bo) };

        var answers = await Task.WhenAll(guardians.SelectMany(id => new[]
        {
            owner.RequestAsync(HttpMethod.Patch, $"{circle.Path}/members/{id}", new { role = "relative" }),
            owner.RequestAsync(HttpMethod.Delete, $"{circle.Path}/members/{id}"),
        }));

        Assert.Equal(1L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE family_id = '{circle.Id}' AND role = 'co-parent'"));
        Assert.All(answers, a => Assert.Contains(a.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.Conflict, HttpStatusCode.NotFound }));
        Assert.Contains(answers, a => a.StatusCode == HttpStatusCode.Conflict);
        Array.ForEach(answers, a => a.Dispose());
    }

    private static async Task RefusedAsync(Person by, Circle circle, Person target, object body, int status, string code) =>
        await by.RefusedAsync(HttpMethod.Patch, $"{circle.Path}/members/{await circle.MemberIdAsync(target)}", body, status, code);
}
