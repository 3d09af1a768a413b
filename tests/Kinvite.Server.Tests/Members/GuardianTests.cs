using System.Net;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Members;

/// <summary>Every child keeps somebody who looks after it, whatever is changed and however many change it at once.</summary>
public sealed class GuardianTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task CHD_S02_The_last_guardian_is_neither_lowered_nor_given_an_end_nor_limited_and_cannot_go()
    {
        using var circle = await Circle.StartAsync(App);
        var (mia, noa) = (await circle.AddChildAsync(shared.Database, "Mia"), await circle.AddChildAsync(shared.Database, "Noa"));
        var bo = await circle.MemberAsync("relative", "Bo");
        await circle.Founder.PostAsync($"{circle.Path}/owner", new { memberId = await circle.MemberIdAsync(bo) }, HttpStatusCode.NoContent);

        await RefusedAsync(bo, circle, circle.Founder, new { role = "relative" }, 409, "member.last_guardian");
        await RefusedAsync(bo, circle, circle.Founder, new { accessUntil = App.Clock.GetUtcNow().AddDays(1) }, 409, "member.last_guardian");
        await RefusedAsync(bo, circle, circle.Founder, new { children = new[] { new { childId = mia } } }, 409, "member.last_guardian");

        await bo.DeleteRefusedAsync($"{circle.Path}/members/{await circle.MemberIdAsync(circle.Founder)}", 409, "member.last_guardian");
        await circle.Founder.PostRefusedAsync($"{circle.Path}/leave", null, 409, "member.last_guardian");
        await circle.Founder.DeleteRefusedAsync("/api/account", 409, "member.last_guardian");

        // Less may be allowed, as long as somebody looks after each child.
        await bo.PatchAsync($"{circle.Path}/members/{await circle.MemberIdAsync(circle.Founder)}", new { permission = "edit", children = new[] { new { childId = mia }, new { childId = noa } } });
    }

    [Fact]
    public async Task CHD_S02_The_way_out_is_another_guardian_or_erasing_the_child()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        var bo = await circle.MemberAsync("relative", "Bo");
        await circle.Founder.PostAsync($"{circle.Path}/owner", new { memberId = await circle.MemberIdAsync(bo) }, HttpStatusCode.NoContent);
        await circle.Founder.PostRefusedAsync($"{circle.Path}/leave", null, 409, "member.last_guardian");

        var cy = await circle.MemberAsync("co-parent", "Cy", circle.Founder);
        await circle.Founder.PostAsync($"{circle.Path}/leave", null, HttpStatusCode.NoContent);
        await cy.PostRefusedAsync($"{circle.Path}/leave", null, 409, "member.last_guardian");
        await cy.DeleteAsync($"{circle.Path}/members/{mia}", HttpStatusCode.NoContent);
        await cy.DeleteAsync("/api/account", HttpStatusCode.NoContent);
    }

    private static async Task RefusedAsync(Person by, Circle circle, Person target, object body, int status, string code) =>
        await by.RefusedAsync(HttpMethod.Patch, $"{circle.Path}/members/{await circle.MemberIdAsync(target)}", body, status, code);
}
