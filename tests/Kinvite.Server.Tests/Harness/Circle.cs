using System.Net;
using System.Text.Json;
using Kinvite.Links;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Harness;

/// <summary>A family with its founder, made through the API: what most tests start from. Whoever was signed in by it goes away with it.</summary>
internal sealed class Circle : IDisposable
{
    private static int made;
    private readonly List<Person> people = [];

    private Circle(KinviteApp app) => App = app;

    public KinviteApp App { get; }

    public Person Founder { get; private set; } = null!;

    public Guid Id { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The family's own routes.</summary>
    public string Path => $"/api/families/{Id}";

    public string Invites => $"{Path}/invites";

    public static async Task<Circle> StartAsync(KinviteApp app, string kind = "home", string name = "The Aasens", string founder = "Ana Aasen")
    {
        var circle = new Circle(app) { Name = name };
        circle.Founder = await circle.SomebodyAsync(founder);
        var family = await circle.Founder.PostAsync("/api/families", new { name, kind }, HttpStatusCode.Created);
        circle.Id = family.GetProperty("id").GetGuid();
        return circle;
    }

    /// <summary>An address that no other test uses.</summary>
    public static string NewEmail(string who = "somebody") => $"{who}-{Interlocked.Increment(ref made)}@example.org";

    /// <summary>Somebody signed in, in no family yet. The code is derived instead of read from a mail.</summary>
    public async Task<Person> SomebodyAsync(string displayName = "Olga Berg", string? email = null)
    {
        email ??= NewEmail();
        var person = App.NewPerson();
        people.Add(person);
        var asked = await person.PostAsync("/api/auth/codes", new { email }, HttpStatusCode.Accepted);
        var challenge = asked.GetProperty("challenge").GetGuid();
        var code = App.Services.GetRequiredService<KeyRing>().CodeDigits(challenge);
        person.Take(await person.PostAsync("/api/auth/codes/verify", new { email, code, challenge, displayName }, HttpStatusCode.OK), email);
        return person;
    }

    /// <summary>Somebody with a device and no session.</summary>
    public Person Stranger()
    {
        var person = App.NewPerson();
        people.Add(person);
        return person;
    }

    /// <summary>Invites one person and answers with the invitation; anything but <c>created</c> fails the test.</summary>
    public async Task<JsonElement> InviteAsync(object entry, Person? by = null)
    {
        var answer = await (by ?? Founder).PostAsync(Invites, new { invites = new[] { entry } }, HttpStatusCode.Created);
        return answer.GetProperty("items")[0].GetProperty("invite");
    }

    /// <summary>Somebody who was invited by mail, and joined by its link.</summary>
    public async Task<Person> MemberAsync(string role, string displayName = "Olga Berg", Person? by = null)
    {
        var person = await SomebodyAsync(displayName);
        var invite = await InviteAsync(new { email = person.Email, role }, by);
        var joined = await person.PostAsync($"/api/invites/{Token(invite)}/accept", null, HttpStatusCode.OK);
        Assert.Equal("joined", joined.GetProperty("outcome").GetString());
        return person;
    }

    /// <summary>A child's profile, written to the database.</summary>
    public async Task<Guid> AddChildAsync(TestDatabase database, string name, string role = "child")
    {
        var id = Guid.CreateVersion7(App.Clock.GetUtcNow());
        await database.ExecuteAsync($"""
            INSERT INTO members (family_id, id, name, role, permission, whole_family, is_guest, points, joined_at)
            VALUES ('{Id}', '{id}', '{name}', '{role}', 1, true, false, 0, now())
            """);
        return id;
    }

    public async Task<Guid> MemberIdAsync(Person person) => (await person.GetAsync($"{Path}/me")).GetProperty("memberId").GetGuid();

    /// <summary>The secret part of a link: derived, because nothing but the mail ever shows it.</summary>
    public string Token(JsonElement invite, LinkKind kind = LinkKind.Mailed, short generation = 1) => Token(invite.GetProperty("id").GetGuid(), kind, generation);

    public string Token(Guid invite, LinkKind kind = LinkKind.Mailed, short generation = 1) =>
        App.Services.GetRequiredService<KeyRing>().Make(kind, invite, generation);

    public void Dispose() => people.ForEach(p => p.Dispose());
}
